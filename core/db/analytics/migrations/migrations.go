// Package migrations holds the schema of the analytics store as goose's SQL files, one
// sequence for the whole monolith and one file for each step of one service's
// tables. It is apart from core/db so that no function carries the schema: a
// new migration changes no function's digest.
package migrations

import "embed"

// FS holds the files, at its root.
//
//go:embed *.sql
var FS embed.FS
