internal import GRDB
import Foundation
import LorikeetAPI

/// The tables, and how an older database becomes the present one.
///
/// A row holds the resource as its serialized message; the other columns exist to find it, to guard its changes and
/// to keep names unique. `seq` gives the order of creation: pages and the queue go by it.
enum Schema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: assets, jobs, events") { db in
      try db.execute(
        sql: """
          CREATE TABLE assets (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL UNIQUE,
            kind INTEGER NOT NULL,
            state INTEGER NOT NULL,
            family INTEGER NOT NULL,
            source TEXT NOT NULL,
            message BLOB NOT NULL
          );
          CREATE INDEX assets_source ON assets (source) WHERE source <> '';

          CREATE TABLE asset_blobs (
            asset_id TEXT NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
            sha256 TEXT NOT NULL,
            PRIMARY KEY (asset_id, sha256)
          ) WITHOUT ROWID;
          CREATE INDEX asset_blobs_sha256 ON asset_blobs (sha256);

          CREATE TABLE jobs (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            kind INTEGER NOT NULL,
            name TEXT,
            state INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            failures INTEGER NOT NULL DEFAULT 0,
            available_at INTEGER NOT NULL DEFAULT 0,
            checkpoint_id TEXT NOT NULL,
            checkpoint_name TEXT NOT NULL,
            checkpoint_digest TEXT NOT NULL,
            label TEXT NOT NULL,
            message BLOB NOT NULL,
            assignment BLOB,
            resume BLOB,
            UNIQUE (kind, name)
          );
          CREATE INDEX jobs_queue ON jobs (kind, state, seq);

          CREATE TABLE job_blobs (
            job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            sha256 TEXT NOT NULL,
            purpose INTEGER NOT NULL,
            PRIMARY KEY (job_id, sha256, purpose)
          ) WITHOUT ROWID;
          CREATE INDEX job_blobs_sha256 ON job_blobs (sha256);

          CREATE TABLE events (
            job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            sequence INTEGER NOT NULL,
            progress INTEGER NOT NULL,
            message BLOB NOT NULL,
            PRIMARY KEY (job_id, sequence)
          ) WITHOUT ROWID;
          CREATE INDEX events_progress ON events (job_id, sequence) WHERE progress = 1;

          CREATE TABLE requests (
            method TEXT NOT NULL,
            request_id TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            resource_id TEXT NOT NULL,
            PRIMARY KEY (method, request_id)
          ) WITHOUT ROWID;
          CREATE INDEX requests_resource ON requests (resource_id);

          CREATE TABLE settings (
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL
          ) WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("2: content of assets, engines of jobs") { db in
      try db.execute(
        sql: """
          ALTER TABLE assets ADD COLUMN content TEXT NOT NULL DEFAULT '';
          CREATE INDEX assets_content ON assets (content);
          ALTER TABLE jobs ADD COLUMN engine TEXT;
          """)
      let rows = try Row.fetchAll(db, sql: "SELECT seq, message FROM assets")
      for row in rows {
        guard let message = row["message"] as Data? else { continue }
        let asset = try Asset(stored: Array(message))
        try db.execute(
          sql: "UPDATE assets SET content = ? WHERE seq = ?", arguments: [ContentDigest.of(asset.files), row["seq"]])
      }
    }
    migrator.registerMigration("3: tunes that are stopped and kept") { db in
      try db.execute(sql: "ALTER TABLE jobs ADD COLUMN keep INTEGER NOT NULL DEFAULT 0")
    }
    migrator.registerMigration("4: how assets were looked at") { db in
      try db.execute(sql: "ALTER TABLE assets ADD COLUMN inspection INTEGER NOT NULL DEFAULT 0")
    }
    return migrator
  }
}
