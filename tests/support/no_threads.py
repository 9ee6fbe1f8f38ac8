"""A Python without threads and sockets, as in a browser: a plugin of pytest, and a module to import."""

import socket
import threading


def _refuse_thread(_thread):
    raise RuntimeError("can't start new thread")


def _refuse_socket(*_arguments, **_options):
    raise OSError("there are no sockets")


threading.Thread.start = _refuse_thread
socket.socket.__init__ = _refuse_socket
