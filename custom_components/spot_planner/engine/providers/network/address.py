"""Address of an API, and the names that are put into it."""

from ipaddress import ip_address, ip_network
from urllib.parse import quote

from yarl import URL

from ...errors import InputError

# Where no stranger can listen: private and link-local networks (RFC 1918, 4193, 3927
# and 4291).
HOME_NETWORKS = tuple(
    ip_network(network)
    for network in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    )
)


def check_base_url(text: str) -> str:
    """Return a base URL without a slash at its end.

    Raises:
        InputError: It is neither https nor http to a loopback or private address,
            or it carries a user name, a query or a fragment.
    """
    try:
        url = URL(text.strip())
        # An address may be refused as late as when its parts are read.
        host, _ = url.host, url.port
    except ValueError as err:
        raise InputError("base_url", "base_url_invalid", text) from err
    if not host or url.user or url.password or url.query_string or url.fragment:
        raise InputError("base_url", "base_url_invalid", text)
    if url.scheme != "https" and not (url.scheme == "http" and _is_at_home(host)):
        raise InputError("base_url", "base_url_insecure", text)
    return str(url).rstrip("/")


def path_part(text: str) -> str:
    """Return a text as one part of a path, whatever characters it has."""
    # Dots alone would climb out of the path instead of naming something in it, even
    # as %2E, which is undone on the way. As %252E they name what nobody has.
    if text in (".", ".."):
        text = text.replace(".", "%2E")
    # Half a letter pair, which JSON may hold, has no form of its own in an address.
    return quote(text, safe="", errors="replace")


def _is_at_home(host: str) -> bool:
    """Tell whether a host is this machine or lies in a private network."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or any(address in network for network in HOME_NETWORKS)
