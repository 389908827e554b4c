"""Google Drive v3 (gworkspace_drive)."""

from collections.abc import Mapping, Sequence
from typing import Any

from aos.farm.sandbox import made
from aos.farm.sandbox.paging import Sizes, by_cursor
from aos.farm.sandbox.reply import Refusal, Reply, as_json
from aos.farm.sandbox.vendor import Route, Visit
from aos.farm.sandbox.vendors.google import Google, envelope

HOST = r"www\.googleapis\.com"
METADATA = "https://www.googleapis.com/auth/drive.metadata.readonly"
READ = "https://www.googleapis.com/auth/drive.readonly"
ALL = "https://www.googleapis.com/auth/drive"
FILES = 157
FILE = {
    "kind": "string",
    "id": "string",
    "name": "string",
    "mimeType": "string",
    "modifiedTime": "string",
    "size": "string",
    "parents": "array",
    "driveId": "string",
}


class GoogleDrive(Google):
    source_type = "gworkspace_drive"
    scopes = (METADATA,)
    limit = (403, "userRateLimitExceeded", "User Rate Limit Exceeded")

    def resources(self, account: str) -> Sequence[str]:
        return [_admin(account)]

    def subject(self, account: str) -> Mapping[str, str]:
        return {"subject": _admin(account)}

    def routes(self) -> Sequence[Route]:
        read = (METADATA, READ, ALL)
        return [
            Route("GET", HOST, "/drive/v3/about", self.about, read),
            Route("GET", HOST, "/drive/v3/files", self.files, read),
            # Shared drives are not for the metadata scope.
            Route("GET", HOST, "/drive/v3/drives", self.drives, (READ, ALL)),
            Route("GET", HOST, "/discovery/v1/apis/drive/v3/rest", self.described, public=True),
        ]

    def about(self, visit: Visit) -> Reply:
        if not visit.asked.query.get("fields"):
            message = "The 'fields' parameter is required for this method."
            raise Refusal(envelope(400, message, "INVALID_ARGUMENT", "required", message))
        user = {"kind": "drive#user", "displayName": "Drive Admin", "emailAddress": _admin(visit.account)}
        return self.selected(visit, {"kind": "drive#about", "user": user})

    def files(self, visit: Visit) -> Reply:
        query = visit.asked.query
        window = by_cursor(query, visit.count(FILES), "pageSize", Sizes(100, 1000, strict=True), "pageToken")
        found = window.of(lambda n: visit.shaped(_file(visit, n)))
        said: dict[str, Any] = {"nextPageToken": window.cursor} if window.more else {}
        said |= {"kind": "drive#fileList", "incompleteSearch": False}
        if not query.get("fields"):
            found = [made.picked(each, ["kind", "id", "name", "mimeType"]) for each in found]
        return self.selected(visit, {**said, "files": found}, len(found))

    def drives(self, visit: Visit) -> Reply:
        window = by_cursor(visit.asked.query, visit.count(), "pageSize", Sizes(10, 100, strict=True), "pageToken")
        found = window.of(lambda n: {"kind": "drive#drive", "id": visit.id("drive", n), "name": made.title(n)})
        said = {"nextPageToken": window.cursor} if window.more else {}
        return self.selected(visit, {**said, "kind": "drive#driveList", "drives": found}, len(found))

    def described(self, visit: Visit) -> Reply:
        """For anybody."""
        fields = {name: {"type": kind} for name, kind in visit.shaped(FILE).items()}
        file = {"id": "File", "type": "object", "properties": fields}
        said = {"kind": "discovery#restDescription", "id": "drive:v3", "name": "drive", "version": "v3"}
        return as_json({**said, "schemas": {"File": file}})


def _admin(account: str) -> str:
    return f"admin@{account}.example"


def _file(visit: Visit, n: int) -> dict[str, Any]:
    return {
        "kind": "drive#file",
        "id": visit.id("file", n),
        "name": made.name(n),
        "mimeType": "application/vnd.google-apps.folder" if n % 3 else "application/pdf",
        "modifiedTime": made.changed(n),
        "size": str(1000 + n),
        "parents": [visit.id("file", n // 10)],
        "driveId": visit.id("drive", n % made.MANY),
    }
