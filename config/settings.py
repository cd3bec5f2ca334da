"""Settings, read from the environment once; docs/operate/settings.md lists them and a test compares the two.

The defaults are those of a real installation: nothing is open that was not opened. The commands ``demo``, ``rehearse`` and
the tests set GIAOUOC_MODE for themselves."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from giaouoc.lib.engine import database_options

from . import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent

MODE = env.choice("GIAOUOC_MODE", ["real", "demo", "rehearse", "test", "tool"], "real")
REAL = MODE == "real"
TRIAL_SIGNING = MODE in {"demo", "rehearse", "test"}

DATA = env.folder("GIAOUOC_DATA", BASE_DIR / "var" / "data")
SECRET_KEY = env.secret("GIAOUOC_SECRET_KEY", needed=REAL) or secrets.token_urlsafe(48)
DEBUG = False
ALLOWED_HOSTS = env.words("GIAOUOC_ALLOWED_HOSTS")
if REAL and not ALLOWED_HOSTS:
    env.refuse(
        "thiếu GIAOUOC_ALLOWED_HOSTS (tên miền của hệ thống, cách nhau bằng dấu phẩy); đặt biến này rồi chạy lại."
    )
if not REAL:
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["127.0.0.1", "localhost", "[::1]", "testserver"]
BALLOT_HOST = env.origin("GIAOUOC_BALLOT_HOST")  # the box of secret ballots at a host name of its own
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS if host != "*"] if REAL else []

SECURE_TLS = env.flag("GIAOUOC_TLS", REAL)
BEHIND_PROXY = env.flag("GIAOUOC_BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)  # else everybody behind it would share one address, and one limit
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT = SECURE_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_TLS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "giaouoc_session"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CSRF_FAILURE_VIEW = "giaouoc.ui.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, *filter(None, [BALLOT_HOST])],
        "form-action": [SELF, *filter(None, [BALLOT_HOST])],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

INSTALLED_APPS = [
    "giaouoc.lib",
    "giaouoc.ui",
    "giaouoc.audit",
    "giaouoc.files",
    "giaouoc.notices",
    "giaouoc.accounts",
    "giaouoc.clusters",
    "giaouoc.signing",
    "giaouoc.ballots",
    "giaouoc.documents",
    "giaouoc.programme",
    "giaouoc.directives",
    "giaouoc.meetings",
    "giaouoc.desk",
    "giaouoc.public",
    "giaouoc.demo",
    "giaouoc.cli",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "template_partials",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "giaouoc.ballots.box.BoxHost",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "giaouoc.ui.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "giaouoc.ui.middleware.Private",
    "giaouoc.ui.middleware.Refusals",
    "giaouoc.clusters.middleware.Surroundings",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "giaouoc.clusters.context.surroundings",
                "giaouoc.desk.context.todo_count",
            ],
        },
    }
]
FORM_RENDERER = "giaouoc.ui.forms.GiaoUocRenderer"

OWN_DATABASE = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATA / "giaouoc.sqlite3")}
GIVEN = env.text("DATABASE_URL") and env.service("DATABASE_URL", "", ["sqlite", "postgres", "postgresql"])
DATABASES = {"default": database_options(GIVEN or OWN_DATABASE)}
ATOMIC_REQUESTS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.service("CACHE_URL", "locmemcache://", ["locmemcache", "filecache", "dbcache"])}
FILES_ROOT = env.folder("GIAOUOC_FILES", DATA / "files")
TRUST = env.folder("GIAOUOC_TRUST", DATA / "trust", must_exist=True)
TSA_URLS = env.addresses("GIAOUOC_TSA_URL")
PKCS11 = env.text("GIAOUOC_PKCS11")

MAIL_SERVICES = ["smtp", "smtp+tls", "smtp+ssl", "consolemail", "filemail", "memorymail", "dummymail"]
EMAIL_CONFIG = env.service("EMAIL_URL", "consolemail://" if REAL else "filemail://", MAIL_SERVICES)
globals().update({key: value for key, value in EMAIL_CONFIG.items() if key.startswith("EMAIL")})
if EMAIL_CONFIG["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
    EMAIL_FILE_PATH = str(DATA / "mail")
if "*" in ALLOWED_HOSTS and not env.text("GIAOUOC_URL"):
    env.refuse("thiếu GIAOUOC_URL (địa chỉ ghi trong thư và văn bản); cần vì GIAOUOC_ALLOWED_HOSTS không nêu tên miền.")
BASE_URL = (env.addresses("GIAOUOC_URL") or [f"https://{ALLOWED_HOSTS[0].lstrip('.')}"])[0].rstrip("/")
if not re.fullmatch(r"[a-z0-9.-]*[a-z0-9-]", BALLOT_NAME := str(urlsplit(BALLOT_HOST).hostname or "-")):
    env.refuse(
        "GIAOUOC_BALLOT_HOST là tên máy chủ như trình duyệt gửi: chữ không dấu (hoặc xn--…), không có dấu chấm cuối."
    )
if BALLOT_HOST and str(urlsplit(BASE_URL).hostname).rstrip(".") == BALLOT_NAME:
    env.refuse("GIAOUOC_BALLOT_HOST phải là tên máy chủ khác với GIAOUOC_URL.")
if BALLOT_HOST:
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, BALLOT_NAME]
DEFAULT_FROM_EMAIL = env.text("GIAOUOC_MAIL_FROM", "Giao Ước <khong-tra-loi@giaouoc.test>")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
FORMAT_MODULE_PATH = ["giaouoc.lib.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = env.folder("GIAOUOC_STATIC", BASE_DIR / "var" / "static")
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "giaouoc.ui.bundle.MadeFiles",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = MODE == "test"
WHITENOISE_AUTOREFRESH = False

FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
if MODE in {"test", "rehearse"}:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:todo"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "giaouoc.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "Giao Ước"
MFA_FORMS = {
    "add_webauthn": "giaouoc.accounts.forms.AddKeyForm",
    "edit_webauthn": "giaouoc.accounts.forms.RenameKeyForm",
    "login_webauthn": "giaouoc.accounts.forms.KeyLoginForm",
    "authenticate_webauthn": "giaouoc.accounts.forms.KeyStepForm",
    "reauthenticate_webauthn": "giaouoc.accounts.forms.KeyAgainForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not REAL

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"keys": {"()": "giaouoc.lib.logs.WithoutKeys"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["keys"]}},
    "root": {
        "handlers": ["stderr"],
        "level": env.choice("GIAOUOC_LOG_LEVEL", ["DEBUG", "INFO", "WARNING", "ERROR"], "INFO" if REAL else "WARNING"),
    },
}
BALLOT_WINDOW = 60  # seconds in which each browser drops its paper at a moment of its own
BALLOT_OBJECTIONS = 600  # seconds after the count in which a paper that is missing may be shown
SILENCED_SYSTEM_CHECKS: list[str] = []
