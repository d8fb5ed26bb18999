"""Set the integration up with a real browser in the real front end."""

import argparse
import asyncio
from dataclasses import dataclass
import json
from pathlib import Path
import re
import shutil
import sys
import time
from typing import Any

from playwright.async_api import (
    Browser,
    Error as PlaywrightError,
    Locator,
    Page,
    Playwright,
    ViewportSize,
    async_playwright,
)

from .api import DOMAIN, PASSWORD, USERNAME
from .child import ROOT, run
from .errors import DevError
from .home import SCRATCH, Home, fresh_folder

SCREENSHOTS = SCRATCH / "screenshots"
TRANSLATIONS = ROOT / "custom_components" / DOMAIN / "translations"
SIZE = ViewportSize(width=1280, height=900)
PATIENCE = 30_000
# How long the front end's movements take before a picture of them is worth taking.
REST = 700
PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NUMBER = re.compile(r"-?\d+[.,]\d+(?=\s*EUR/kWh)")
# Prices have five decimals on both sides.
TOLERANCE = 0.000005
# A name that is the same in both languages.
APPLIANCE = "Machine"
# The three dots beside an entry.
MENU = "ha-config-integration-page ha-md-button-menu ha-icon-button"
# A quarter-hour may end between the two looks, so there is more than one.
LOOKS = 40


@dataclass(frozen=True, slots=True)
class Words:
    """What the front end calls the things to click on, in one language."""

    language: str
    locale: str
    settings: str
    devices: str
    add: str
    submit: re.Pattern[str]
    finish: re.Pattern[str]


ENGLISH = Words(
    language="en",
    locale="en-GB",
    settings="Settings",
    devices="Devices & services",
    add="Add integration",
    submit=re.compile("Submit|Next", re.IGNORECASE),
    finish=re.compile("Finish", re.IGNORECASE),
)
FRENCH = Words(
    language="fr",
    locale="fr-FR",
    settings="Paramètres",
    devices="Appareils et services",
    add="Ajouter une intégration",
    submit=re.compile("Valider|Suivant", re.IGNORECASE),
    finish=re.compile("Terminer", re.IGNORECASE),
)


class Album:
    """The pictures of one run, in the order in which they were taken."""

    def __init__(self) -> None:
        """Begin with an empty folder."""
        shutil.rmtree(SCREENSHOTS, ignore_errors=True)
        SCREENSHOTS.mkdir(parents=True)
        self._count = 0

    async def take(self, page: Page, name: str) -> Path:
        """Take a picture once everything has come to rest."""
        await page.wait_for_timeout(REST)
        self._count += 1
        path = SCREENSHOTS / f"{self._count:02d}-{name}.png"
        await page.screenshot(path=path)
        return path


class Visit:
    """One person's way from the login to the price."""

    def __init__(self, page: Page, home: Home, words: Words, album: Album) -> None:
        """Visit this home in this language."""
        self._page = page
        self._home = home
        self._words = words
        self._album = album
        self._dialog = page.locator("dialog-data-entry-flow")

    async def go(self) -> Path:
        """Go all the way and return the picture of the device page."""
        step = "log in"
        try:
            await self._log_in()
            step = "choose the integration"
            await self._choose_integration()
            step = "fill in the config flow"
            await self._fill_in_flow()
            step = "open the device page"
            await self._open_device()
            step = "read the price"
            await self._read_price()
            device = await self._picture("device")
            step = "add an appliance"
            await self._add_appliance()
            step = "read when the appliance is planned"
            await self._read_plan()
        except PlaywrightError as err:
            await self._picture("failure")
            reason = " ".join(err.message.split())[:200]
            raise DevError(f"the browser could not {step}: {reason}") from err
        except DevError:
            await self._picture("failure")
            raise
        return device

    async def _log_in(self) -> None:
        """Log in on the login page."""
        await self._page.goto(self._home.url)
        await self._page.locator("input[name=username]").fill(USERNAME)
        await self._page.locator("input[name=password]").fill(PASSWORD)
        await self._picture("login")
        await self._page.keyboard.press("Enter")
        await self._page.locator("ha-sidebar").wait_for()

    async def _choose_integration(self) -> None:
        """Find the integration among all that can be added."""
        words = self._words
        sidebar = self._page.locator("ha-sidebar")
        await sidebar.get_by_text(words.settings, exact=True).click()
        await self._picture("settings")
        await self._page.get_by_text(words.devices).first.click()
        await self._page.get_by_text(words.add).first.click()
        dialog = self._page.locator("dialog-add-integration")
        await dialog.locator("input").first.fill("Spot Planner")
        brand = dialog.get_by_text("Spot Planner", exact=True).first
        await brand.wait_for()
        await self._picture("search")
        await brand.click()

    async def _fill_in_flow(self) -> None:
        """Choose the provider, the local server's address, then the tariff."""
        submit = self._dialog.get_by_text(self._words.submit)
        await submit.wait_for()
        await self._picture("provider")
        await submit.click()
        # The next form has a field for the key, which stays empty.
        await self._dialog.locator("input[type=password]").wait_for()
        await self._picture("key")
        await self._dialog.locator("ha-expansion-panel").first.click()
        await self._dialog.locator("input[type=url]").fill(self._home.prices or "")
        await self._picture("address")
        await submit.click()
        # The last form has no address any more.
        await self._dialog.locator("input[type=url]").wait_for(state="detached")
        await submit.wait_for()
        await self._picture("tariff")
        await submit.click()
        finish = self._dialog.get_by_text(self._words.finish)
        await finish.wait_for()
        await self._picture("success")
        await finish.click()

    async def _open_device(self) -> None:
        """Open the page of the device from the page of the integration."""
        await self._dialog.get_by_text(self._words.finish).wait_for(state="detached")
        path = f"/config/integrations/integration/{DOMAIN}"
        await self._page.goto(f"{self._home.url}{path}")
        device = self._page.locator('a[href^="/config/devices/device/"]').first
        await device.wait_for()
        await self._picture("integration")
        await device.click()

    async def _read_price(self) -> None:
        """Compare the price on the page with the one that the server states."""
        row = self._row("sensor", "current_price")
        await row.wait_for()
        shown = due = 0.0
        for _ in range(LOOKS):
            shown, due = _number(await row.inner_text()), await self._home.price_now()
            if abs(shown - due) <= TOLERANCE:
                print(f"The page ({self._words.language}) shows {shown} EUR/kWh.")
                return
            await self._page.wait_for_timeout(REST)
        raise DevError(f"the page shows {shown} where the price server says {due}")

    async def _add_appliance(self) -> None:
        """Add an appliance with what everybody needs, and open its device."""
        texts = self._texts["config_subentries"]["appliance"]
        path = f"/config/integrations/integration/{DOMAIN}"
        await self._page.goto(f"{self._home.url}{path}")
        await self._page.locator(MENU).first.click()
        await self._page.get_by_text(texts["initiate_flow"]["user"]).first.click()
        # The texts of the form have such words too.
        submit = self._dialog.locator("mwc-button", has_text=self._words.submit)
        await submit.wait_for()
        await self._dialog.locator("ha-selector-text input").first.fill(APPLIANCE)
        numbers = self._dialog.locator("ha-selector-number input")
        await numbers.nth(0).fill("90")
        await numbers.nth(1).fill("1.8")
        await self._picture("appliance")
        await submit.click()
        finish = self._dialog.get_by_text(self._words.finish)
        await finish.wait_for()
        await self._picture("appliance-added")
        await finish.click()
        await finish.wait_for(state="detached")
        await self._page.goto(f"{self._home.url}{path}")
        await self._page.get_by_text(APPLIANCE).first.wait_for()
        await self._picture("integration-with-appliance")
        # The entry has two devices now and links to a list; this is the only device.
        await self._page.locator('a[href^="/config/devices/device/"]').last.click()

    async def _read_plan(self) -> None:
        """See that the appliance has a time at which it starts."""
        row = self._row("sensor", "run_status")
        await row.wait_for()
        await self._picture("appliance-device")
        states = self._texts["entity"]["sensor"]["run_status"]["state"]
        shown = " ".join((await row.inner_text()).split())
        if not shown.endswith(states["planned"]):
            raise DevError(f"the page shows {shown} for a new appliance")
        print(f"The page ({self._words.language}) shows that {APPLIANCE} is planned.")

    @property
    def _texts(self) -> dict[str, Any]:
        """Return the translations of this language."""
        path = TRANSLATIONS / f"{self._words.language}.json"
        texts: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return texts

    def _row(self, platform: str, key: str) -> Locator:
        """Return the row of an entity, found by its name in this language."""
        name = self._texts["entity"][platform][key]["name"]
        return self._page.locator("hui-generic-entity-row", has_text=name).first

    async def _picture(self, name: str) -> Path:
        """Take a picture of this step."""
        return await self._album.take(self._page, f"{self._words.language}-{name}")


def main() -> int:
    """Read the command line and do as it says."""
    parser = argparse.ArgumentParser(
        prog="scripts/e2e",
        description="Set Spot Planner up in a real browser, and read a price there.",
    )
    parser.add_argument(
        "--picture", type=Path, metavar="FILE", help="copy the device page's picture"
    )
    parser.add_argument(
        "--has-chromium", action="store_true", help="only say whether there is one"
    )
    options = parser.parse_args()
    return run(look() if options.has_chromium else visit(options.picture))


async def look() -> None:
    """Raise when there is no Chromium."""
    async with async_playwright() as playwright:
        print(chromium(playwright))


async def visit(picture: Path | None) -> None:
    """Visit a fresh home once in each language."""
    started = time.monotonic()
    album = Album()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(playwright),
            args=ARGUMENTS,
            # A signal cancels this whole program, which closes the browser itself.
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )
        try:
            english = await visit_in(ENGLISH, browser, album)
            await visit_in(FRENCH, browser, album)
        finally:
            await browser.close()
    if picture:
        await asyncio.to_thread(shutil.copyfile, english, picture)
    print(f"The screenshots are in {SCREENSHOTS.relative_to(ROOT)}.")
    print(f"This took {time.monotonic() - started:.0f} s.")


async def visit_in(words: Words, browser: Browser, album: Album) -> Path:
    """Visit a fresh home in one language and return the device page's picture."""
    with fresh_folder("browser") as folder:
        async with Home(folder, language=words.language) as home:
            page = await browser.new_page(viewport=SIZE, locale=words.locale)
            page.set_default_timeout(PATIENCE)
            return await Visit(page, home, words, album).go()


def chromium(playwright: Playwright) -> str:
    """Return the machine's Chromium, or the one that Playwright has fetched."""
    for program in PROGRAMS:
        if path := shutil.which(program):
            return path
    fetched = playwright.chromium.executable_path
    if Path(fetched).exists():
        return fetched
    raise DevError(
        "no Chromium was found; install Debian's with `apt-get install chromium`,"
        " or run `playwright install --with-deps chromium` in the environment"
    )


def _number(text: str) -> float:
    """Return the price in a row's text, whichever decimal sign it uses."""
    if (match := NUMBER.search(text)) is None:
        raise DevError(f"the page shows no price but {' '.join(text.split())}")
    return float(match.group().replace(",", "."))


if __name__ == "__main__":
    sys.exit(main())
