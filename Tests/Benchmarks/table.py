"""Tables for a terminal."""


def print_table(title, columns, rows, notes=()):
    """`rows`: (name, values as text, remark). Names stand left, values right."""
    width = max([len(title), *(len(row[0]) + 2 for row in rows)])
    widths = [max(len(column), *(len(row[1][at]) for row in rows)) + 2 for at, column in enumerate(columns)]
    print(f"\n{title:{width}}" + "".join(f"{column:>{w}}" for column, w in zip(columns, widths)))
    for name, values, remark in rows:
        line = f"  {name:{width - 2}}" + "".join(f"{value:>{w}}" for value, w in zip(values, widths))
        print(f"{line}   {remark}".rstrip())
    for note in notes:
        print(f"  {note}")


def decimals(value, places=2):
    return "" if value is None else f"{value:,.{places}f}"
