"""Speak to Home Assistant as its front end does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
import json
from typing import Any

import aiohttp

from .errors import DevError, RefusedError, SilentError

DOMAIN = "spot_planner"
USERNAME = "dev"
PASSWORD = "dev-password"
FLOW = "/api/config/config_entries/flow"
MOST_STEPS = 10

type Json = Any
type JsonObject = dict[str, Json]


@dataclass(frozen=True, slots=True)
class EntityState:
    """One entity of the integration and what it shows."""

    entity_id: str
    key: str
    state: str
    unit: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One config entry of the integration and how it fares."""

    entry_id: str
    state: str
    reason: str | None


class Api:
    """The API of one Home Assistant."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        """Speak to the Home Assistant at this address."""
        self._session = session
        self._url = url
        # Home Assistant wants to know the application that somebody logs in to.
        self._client = {"client_id": f"{url}/"}
        self._headers: dict[str, str] = {}

    async def sign_up(self, language: str) -> None:
        """Create the user and pass through the onboarding, or log in when it is done."""
        try:
            steps = await self._get("/api/onboarding")
        except RefusedError as err:
            if err.status != HTTPStatus.NOT_FOUND:
                raise
            steps = []
        missing = [step["step"] for step in steps if not step["done"]]
        await (self._create_user(language) if "user" in missing else self._log_in())
        redirect = {"redirect_uri": self._client["client_id"]}
        for step in missing:
            if step != "user":
                data = {**self._client, **redirect} if step == "integration" else {}
                await self._post(f"/api/onboarding/{step}", data)

    async def is_running(self) -> bool:
        """Return whether everything has been set up."""
        return bool((await self._get("/api/config"))["state"] == "RUNNING")

    async def entries(self) -> list[Entry]:
        """Return the integration's config entries."""
        return [
            Entry(row["entry_id"], row["state"], row["reason"])
            for row in await self._command("config_entries/get", domain=DOMAIN)
        ]

    async def entities(self) -> list[EntityState]:
        """Return the integration's entities that have a state, by their ids."""
        states = {row["entity_id"]: row for row in await self._get("/api/states")}
        rows = await self._command("config/entity_registry/list")
        return [
            EntityState(
                entity_id=row["entity_id"],
                key=row["unique_id"].removeprefix(f"{row['config_entry_id']}_"),
                state=state["state"],
                unit=state["attributes"].get("unit_of_measurement", ""),
            )
            for row in sorted(rows, key=lambda row: str(row["entity_id"]))
            if row["platform"] == DOMAIN
            and (state := states.get(row["entity_id"])) is not None
        ]

    async def run_flow(self, answers: JsonObject, entry_id: str | None = None) -> None:
        """Go through the config flow, or through the one that changes an entry."""
        start = {"handler": DOMAIN} | ({"entry_id": entry_id} if entry_id else {})
        step = await self._post(FLOW, start)
        for _ in range(MOST_STEPS):
            if step["type"] == "create_entry" or _is_changed(step):
                return
            if step["type"] != "form":
                reason = step.get("reason", "it gives no reason")
                raise DevError(f"the config flow ended with {step['type']}: {reason}")
            if step["errors"]:
                raise DevError(
                    f"the config flow refuses the step {step['step_id']}:"
                    f" {step['errors']}"
                )
            answer = answer_form(step["data_schema"], answers)
            step = await self._post(f"{FLOW}/{step['flow_id']}", answer)
        raise DevError(f"the config flow did not end after {MOST_STEPS} steps")

    async def _create_user(self, language: str) -> None:
        """Create the owner and use his token."""
        user = {"name": "Developer", "username": USERNAME, "password": PASSWORD}
        created = await self._post(
            "/api/onboarding/users", {**user, **self._client, "language": language}
        )
        await self._take_token(created["auth_code"])

    async def _log_in(self) -> None:
        """Log in as the user that an earlier run created."""
        flow = await self._post(
            "/auth/login_flow",
            {
                **self._client,
                "handler": ["homeassistant", None],
                "redirect_uri": self._client["client_id"],
            },
        )
        answer = await self._post(
            f"/auth/login_flow/{flow['flow_id']}",
            {**self._client, "username": USERNAME, "password": PASSWORD},
        )
        if answer["type"] != "create_entry":
            raise DevError(f"Home Assistant refused the login: {answer['errors']}")
        await self._take_token(answer["result"])

    async def _take_token(self, code: str) -> None:
        """Trade a code for an access token."""
        form = {**self._client, "grant_type": "authorization_code", "code": code}
        tokens = await self._request("POST", "/auth/token", data=form)
        self._headers = {"Authorization": f"Bearer {tokens['access_token']}"}

    async def _get(self, path: str) -> Json:
        """Return what is at a path."""
        return await self._request("GET", path)

    async def _post(self, path: str, data: JsonObject) -> Json:
        """Send JSON to a path and return the answer."""
        return await self._request("POST", path, json=data)

    async def _request(self, method: str, path: str, **body: Json) -> Json:
        """Return the JSON that a request is answered with."""
        try:
            async with self._session.request(
                method, f"{self._url}{path}", headers=self._headers, **body
            ) as response:
                text = await response.text()
        except aiohttp.ClientError as err:
            raise SilentError(f"Home Assistant does not answer {path}: {err}") from err
        if not response.ok:
            message = f"Home Assistant refuses {path} ({response.status}): {text[:300]}"
            raise RefusedError(message, response.status)
        return json.loads(text)

    async def _command(self, kind: str, **fields: Json) -> Json:
        """Return the result of one websocket command."""
        token = self._headers["Authorization"].removeprefix("Bearer ")
        try:
            async with self._session.ws_connect(f"{self._url}/api/websocket") as line:
                await line.receive_json()
                await line.send_json({"type": "auth", "access_token": token})
                await line.receive_json()
                await line.send_json({"id": 1, "type": kind, **fields})
                answer = await line.receive_json()
        except (aiohttp.ClientError, TypeError) as err:
            # aiohttp raises TypeError when the line is closed instead of an answer.
            raise SilentError(f"Home Assistant does not answer {kind}: {err}") from err
        if not answer["success"]:
            raise DevError(f"Home Assistant refuses {kind}: {answer['error']}")
        return answer["result"]


def answer_form(
    fields: Iterable[Mapping[str, Json]], answers: JsonObject
) -> JsonObject:
    """Answer the fields of a form that are known, those of a section nested."""
    filled: JsonObject = {}
    for field in fields:
        name = field["name"]
        if field.get("type") == "expandable":
            filled[name] = answer_form(field["schema"], answers)
        elif name in answers:
            filled[name] = answers[name]
        elif field.get("required") and "default" in field:
            filled[name] = field["default"]
        elif field.get("required"):
            raise DevError(f"the config flow asks for {name}, which has no answer")
    return filled


def _is_changed(step: Mapping[str, Json]) -> bool:
    """Return whether a flow has ended because it changed its entry."""
    return bool(step["type"] == "abort" and step["reason"] == "reconfigure_successful")
