"""Send the results to a browser on this machine, and tell it when they change."""

import contextlib
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from octavo.errors import InvalidSettings
from octavo.watch.news import Board, News
from octavo.watch.pages import EVENTS, absence, dress, listing

_HERE = "127.0.0.1"
_PATIENCE = 2.0  # seconds in which the server has to end
_FRONT = "index.html"
_PAGE = "text/html; charset=utf-8"
_TYPES = {  # what the results are made of; the system's own table may say anything
    ".css": "text/css; charset=utf-8",
    ".epub": "application/epub+zip",
    ".gif": "image/gif",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_ALWAYS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",  # no other site may load a draft as a script
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_NO_SCRIPT = {"Content-Security-Policy": "script-src 'none'"}  # a picture opened by itself


@contextlib.contextmanager
def serving(folder: Path, board: Board, port: int | None) -> Iterator[str]:
    """Send the files of a folder as long as the context is open; give the address.

    Args:
        folder: for the results; it need not be there yet.
        board: with the news, which is closed in the end.
        port: None: any that is free.

    Raises:
        InvalidSettings: the port cannot be had.
    """
    listening = _listening(port)
    number = listening.getsockname()[1]
    config = uvicorn.Config(
        application(folder, board),
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    sockets = {"sockets": [listening]}
    thread = threading.Thread(target=server.run, kwargs=sockets, daemon=True)
    thread.start()
    try:
        yield f"http://{_HERE}:{number}/"
    finally:
        board.close()
        server.should_exit = True
        thread.join(_PATIENCE)
        listening.close()


def _listening(port: int | None) -> socket.socket:
    try:
        return socket.create_server((_HERE, port or 0))
    except (OSError, OverflowError) as error:
        why = error.strerror if isinstance(error, OSError) else "there is none"
        hint = "Name another one with --port, or leave it out to have any that is free"
        raise InvalidSettings(f"port {port} cannot be had: {why}", hint=hint) from error


def application(folder: Path, board: Board) -> Starlette:
    """Give what answers requests: for the files of a folder, and for the news.

    Nobody but this machine can connect. A page from elsewhere in its browser could still try, under
    a name that it has made point here: so requests are answered under our own names alone.
    """

    def front(request: Request) -> Response:
        news = board.news
        pages = [each for each in news.outputs if each.endswith((".html", ".site"))]
        if len(pages) == 1:
            return RedirectResponse(_link(pages[0]), headers=_ALWAYS)
        return _dressed(listing(_there(folder, news)), "", news, request, passing=True)

    def file(request: Request) -> Response:
        path, news = request.path_params["path"], board.news
        found = _file(folder, path)
        if found is None:
            return _absent(folder, path, news, request)
        if found.name == _FRONT and not path.endswith((_FRONT, "/")):
            return RedirectResponse(f"/{path}/", headers=_ALWAYS)
        if found.suffix == ".html":
            return _dressed(found.read_bytes(), path.partition("/")[0], news, request)
        media_type = _TYPES.get(found.suffix, "application/octet-stream")
        return FileResponse(found, media_type=media_type, headers={**_ALWAYS, **_NO_SCRIPT})

    async def events(request: Request) -> Response:
        output = request.query_params.get("output", "")
        return StreamingResponse(
            _told(board, output), media_type="text/event-stream", headers=_ALWAYS
        )

    def icon(_: Request) -> Response:
        return Response(status_code=204, headers=_ALWAYS)  # every browser asks for one

    return Starlette(
        routes=[
            Route("/", front),
            Route(EVENTS, events),
            Route("/favicon.ico", icon),
            Route("/{path:path}", file),
        ],
        middleware=[
            Middleware(
                TrustedHostMiddleware, allowed_hosts=[_HERE, "localhost"], www_redirect=False
            )
        ],
    )


def _file(folder: Path, path: str) -> Path | None:
    """Find a file, or the front page of a folder; nothing hidden, and nothing outside."""
    parts = path.removesuffix("/").split("/")
    if any(not part or part.startswith(".") or "\0" in part for part in parts):
        return None
    named = folder.joinpath(*parts)
    try:
        found = (named / _FRONT if named.is_dir() else named).resolve(strict=True)
    except (OSError, RuntimeError):  # it is not there, or a link that leads to itself
        return None
    return found if found.is_file() and found.is_relative_to(folder.resolve()) else None


def _there(folder: Path, news: News) -> tuple[str, ...]:
    return tuple(each for each in news.outputs if (folder / each).exists())


def _absent(folder: Path, path: str, news: News, request: Request) -> Response:
    there, output = _there(folder, news), path.partition("/")[0]
    expected = output in news.outputs and output not in there
    page = absence(path, there, expected=expected)
    return _dressed(page, output, news, request, 503 if expected else 404, passing=True)


def _dressed(
    page: bytes,
    output: str,
    news: News,
    request: Request,
    status: int = 200,
    *,
    passing: bool = False,
) -> Response:
    dressed = dress(page, output, news, f"http://{request.headers['host']}", passing=passing)
    response = Response(dressed.data, status, headers=_ALWAYS, media_type=_PAGE)
    for policy in dressed.policies:
        response.headers.append("Content-Security-Policy", policy)
    return response


def _link(output: str) -> str:
    return f"/{output}/" if output.endswith(".site") else f"/{output}"


async def _told(board: Board, output: str) -> AsyncIterator[str]:
    """Give the news as server-sent events (HTML Living Standard, 9.2)."""
    yield "retry: 500\n"
    async for news in board.reading():
        about = {"sum": news.sums.get(output, ""), "round": news.round}
        said = {**about, "errors": news.wrong(output)}
        yield f"data: {json.dumps(said)}\n\n"
