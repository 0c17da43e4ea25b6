# frozen_string_literal: true

# Prints the declarations that the gem makes of the library's functions, as fiddle is given them.
require "fiddle"
require "json"

declared = {}
recorder = Module.new do
  define_method(:new) do |pointer, arguments, returned, *rest, **options|
    declared[options[:name]] = [returned, *arguments] if options[:name]
    super(pointer, arguments, returned, *rest, **options)
  end
end
Fiddle::Function.singleton_class.prepend(recorder)

require "kcase"

names = {
  Fiddle::TYPE_VOID => "nothing", Fiddle::TYPE_VOIDP => "pointer", Fiddle::TYPE_UINTPTR_T => "pointer",
  Fiddle::TYPE_CONST_STRING => "text", Fiddle::TYPE_INT => "int32", Fiddle::TYPE_LONG_LONG => "int64"
}
puts JSON.generate(declared.transform_values { |types| types.map { |type| names.fetch(type) } })
