"""Plain HTTP to a server on this machine."""

import ssl

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For ``verify=`` of httpx: it trusts no authority, so no certificate is read, which takes 9 ms a client."""
