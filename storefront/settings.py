"""Settings, read once from the environment, typed and frozen. What makes no sense is refused with a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

Role = Literal["all", "shop", "cashier"]
CapturePolicy = Literal["on_stock_check", "on_shipping", "automatic"]
MailSecurity = Literal["none", "starttls", "tls"]
LogFormat = Literal["lines", "json"]
Mode = Literal["test", "live"]

STRIPE_PAGES = ("https://checkout.stripe.com", "https://billing.stripe.com")
_SAMPLES = ("change-me", "changeme", "secret", "dev", "sample")


class SettingsError(ValueError):
    """A setting that the shop cannot start with; the message names it and says what it wants."""


class _Environment:
    """Typed readers over an environment; a secret may come as `NAME` or as the path of a file in `NAME_FILE`."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, name: str, default: str = "") -> str:
        return self._values.get(name, "").strip() or default

    def secret(self, name: str) -> str:
        path = self.text(f"{name}_FILE")
        if not path:
            return self.text(name)
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise SettingsError(f"{name}_FILE names a file that cannot be read: {path}") from error

    def whole(self, name: str, default: int, lowest: int = 0, highest: int = 65535) -> int:
        text = self.text(name, str(default))
        if not text.isdecimal() or not lowest <= int(text) <= highest:
            raise SettingsError(f"{name} must be a whole number from {lowest} to {highest}, not '{text}'.")
        return int(text)

    def one_of(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        text = self.text(name, default)
        if text not in allowed:
            raise SettingsError(f"{name} must be one of {', '.join(allowed)}, not '{text}'.")
        return text

    def origin(self, name: str, default: str) -> str:
        text = self.text(name, default).rstrip("/")
        parts = urlsplit(text)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
            raise SettingsError(f"{name} must be an address such as https://shop.example, not '{text}'.")
        return text


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that is configured from outside. Secrets do not appear in its repr."""

    site_url: str
    site_name: str
    site_tagline: str
    role: Role
    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    store_dir: Path
    store_id: str
    currency: str
    capture_policy: CapturePolicy
    stripe_secret_key: str = field(repr=False)
    stripe_webhook_secrets: tuple[str, ...] = field(repr=False)
    stripe_api_base: str
    payment_page_origins: tuple[str, ...]
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str = field(repr=False)
    smtp_security: MailSecurity
    mail_from: str
    clock_file: Path | None
    trusted_proxies: int
    trusted_hosts: tuple[str, ...]
    metrics_token: str = field(repr=False)
    worker_name: str
    log_format: LogFormat
    mode: Mode

    @property
    def livemode(self) -> bool:
        """Whether real money moves: by the key, or by STRIPE_MODE where the cashier alone has the key."""
        return self.mode == "live"

    @property
    def https(self) -> bool:
        """Whether the shop's public address is https."""
        return self.site_url.startswith("https://")

    @property
    def serves_shop(self) -> bool:
        """Whether this process serves buyers and merchants."""
        return self.role in ("all", "shop")

    @property
    def serves_cashier(self) -> bool:
        """Whether this process talks with Stripe."""
        return self.role in ("all", "cashier")

    @classmethod
    def from_env(cls, values: Mapping[str, str]) -> "Settings":
        """Raises SettingsError, in a sentence, for the first setting that cannot be."""
        env = _Environment(values)
        if env.text("STRIPE_LOG"):
            raise SettingsError(
                "STRIPE_LOG must not be set: Stripe's SDK would print buyers' addresses and payments' secrets unmasked."
            )
        store_dir = Path(env.text("STORE_DIR", "instance")).absolute()
        site_url = env.origin("SITE_URL", "http://127.0.0.1:8000")
        clock_file = env.text("CLOCK_FILE")
        settings = cls(
            site_url=site_url,
            site_name=env.text("SITE_NAME", "The storefront"),
            site_tagline=env.text("SITE_TAGLINE"),
            role=cast("Role", env.one_of("ROLE", "all", ("all", "shop", "cashier"))),
            secret_key=env.secret("SECRET_KEY"),
            database_url=env.secret("DATABASE_URL") or f"sqlite:///{store_dir / 'shop.sqlite'}",
            store_dir=store_dir,
            store_id=env.text("STORE_ID", urlsplit(site_url).netloc),
            currency=env.text("STORE_CURRENCY", "eur").lower(),
            capture_policy=cast(
                "CapturePolicy",
                env.one_of("CAPTURE_POLICY", "on_stock_check", ("on_stock_check", "on_shipping", "automatic")),
            ),
            stripe_secret_key=env.secret("STRIPE_SECRET_KEY"),
            stripe_webhook_secrets=tuple(
                part.strip() for part in env.secret("STRIPE_WEBHOOK_SECRET").split(",") if part.strip()
            ),
            stripe_api_base=env.origin("STRIPE_API_BASE", "https://api.stripe.com"),
            payment_page_origins=tuple(env.text("PAYMENT_PAGE_ORIGINS", " ".join(STRIPE_PAGES)).split()),
            smtp_host=env.text("SMTP_HOST", "127.0.0.1"),
            smtp_port=env.whole("SMTP_PORT", 25, 1),
            smtp_user=env.text("SMTP_USER"),
            smtp_password=env.secret("SMTP_PASSWORD"),
            smtp_security=cast("MailSecurity", env.one_of("SMTP_SECURITY", "none", ("none", "starttls", "tls"))),
            mail_from=env.text("MAIL_FROM", f"shop@{urlsplit(site_url).hostname}"),
            clock_file=Path(clock_file) if clock_file else None,
            trusted_proxies=env.whole("TRUSTED_PROXIES", 0, 0, 10),
            trusted_hosts=tuple(env.text("TRUSTED_HOSTS").split()),
            metrics_token=env.secret("METRICS_TOKEN"),
            worker_name=env.text("WORKER_NAME", "worker"),
            log_format=cast("LogFormat", env.one_of("LOG_FORMAT", "lines", ("lines", "json"))),
            mode=cast(
                "Mode",
                env.one_of(
                    "STRIPE_MODE", "live" if "_live_" in env.secret("STRIPE_SECRET_KEY") else "test", ("test", "live")
                ),
            ),
        )
        settings._refuse_nonsense()
        return settings

    def _refuse_nonsense(self) -> None:
        if len(self.secret_key) < 32 or self.secret_key.lower().startswith(_SAMPLES):
            raise SettingsError("SECRET_KEY must be at least 32 random characters, and not the sample's.")
        if len(self.currency) != 3 or not self.currency.isascii() or not self.currency.isalpha():
            raise SettingsError(f"STORE_CURRENCY must be a three-letter code such as eur, not '{self.currency}'.")
        for page in self.payment_page_origins:
            _Environment({"PAYMENT_PAGE_ORIGINS": page}).origin("PAYMENT_PAGE_ORIGINS", "")
        if self.role == "shop":
            if self.stripe_secret_key or self.stripe_webhook_secrets:
                raise SettingsError(
                    "ROLE=shop must not be given STRIPE_SECRET_KEY or STRIPE_WEBHOOK_SECRET: only the cashier holds them."
                )
            return
        if not self.stripe_secret_key.startswith(("sk_test_", "sk_live_", "rk_test_", "rk_live_")):
            raise SettingsError(
                "STRIPE_SECRET_KEY must be a secret or restricted key (sk_test_, sk_live_, rk_test_ or rk_live_)."
            )
        if ("_live_" in self.stripe_secret_key) != self.livemode:
            raise SettingsError(
                f"STRIPE_MODE={self.mode} and STRIPE_SECRET_KEY are of two modes. Without STRIPE_MODE the key decides."
            )
        if any(not secret.startswith("whsec_") for secret in self.stripe_webhook_secrets):
            raise SettingsError("STRIPE_WEBHOOK_SECRET must hold signing secrets (whsec_...), separated by commas.")
        if self.livemode:
            self._refuse_toys_with_live_key()

    def _refuse_toys_with_live_key(self) -> None:
        if not self.https:
            raise SettingsError("With a live key SITE_URL must be https.")
        if self.stripe_api_base != "https://api.stripe.com":
            raise SettingsError("A live key may only be sent to Stripe: remove STRIPE_API_BASE.")
        if self.clock_file:
            raise SettingsError("With a live key the clock cannot be moved: remove CLOCK_FILE.")
