"""As little as the command needs."""

SECRET_KEY = "only for this example"
INSTALLED_APPS = ["cases"]
USE_TZ = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"kcase": {"handlers": ["console"], "level": "WARNING"}},
}
