// Package imports makes candidates of files that are uploaded. It owns the table
// candidate_imports and the objects of the bucket uploads; it leaves the candidates
// to their service, and knows nothing of who uploads files.
package imports

import (
	"strings"
	"time"
)

// File is a file of candidates: CSV in UTF-8 with a header, whose columns are email,
// name, headline, skills (with semicolons between them), location and external_id,
// in any order; email and name are required.
//
//seastack:bucket uploads prefix=candidates/
type File struct{}

// Report is what has become of a file: reports/june.json of candidates/june.csv.
//
//seastack:bucket uploads prefix=reports/
type Report struct {
	File       string     `json:"file"`
	ETag       string     `json:"etag"`
	Rows       int        `json:"rows"` // all of them: saved, unchanged and rejected
	Saved      int        `json:"saved"`
	Unchanged  int        `json:"unchanged"` // the candidates were so, or were changed since
	Rejected   int        `json:"rejected"`
	Problems   []Problem  `json:"problems"`          // of rejected rows, the first MaxProblems
	Refusal    string     `json:"refusal,omitempty"` // why the file, or the rest of it, was not read
	StartedAt  time.Time  `json:"startedAt"`
	FinishedAt *time.Time `json:"finishedAt,omitempty"`
}

// Problem is what is wrong with a row.
type Problem struct {
	Line   int    `json:"line"`             // at which the row begins, from 1
	Column string `json:"column,omitempty"` // empty: the row as a whole
	Reason string `json:"reason"`
}

// The limits of a file.
const (
	MaxSize     = 16 << 20 // bytes
	MaxRows     = 50_000
	MaxLine     = 64 << 10 // bytes
	MaxLines    = 50       // of one row, with line breaks in quotes
	MaxProblems = 1000     // that a report lists
)

// suffix is what keys of files end with.
const suffix = ".csv"

// reportKey returns the key of a file's report.
func reportKey(file string) string {
	return "reports/" + strings.TrimSuffix(strings.TrimPrefix(file, "candidates/"), suffix) + ".json"
}
