package web

import (
	"encoding/csv"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/function"
	"github.com/seastack/seastack/core/services/applications"
	"github.com/seastack/seastack/core/services/candidates"
)

// Exports writes lists that are too long for one answer.
type Exports struct{ service *applications.Service }

// NewExports returns the handlers on the service.
func NewExports(service *applications.Service) *Exports { return &Exports{service: service} }

// exportHeader names the columns of an export.
var exportHeader = []string{
	"application", "candidate", "name", "email", "years", "score", "role version", "submitted at",
}

// Applications writes the applications to a role as CSV, while it reads them:
// GET /?role=ID. An export that fails in the middle is broken off.
//
//seastack:stream
//seastack:function name=applications-export timeout=5m
func (h *Exports) Applications(w http.ResponseWriter, r *http.Request) {
	role, err := exportedRole(r)
	if err != nil {
		function.Error(w, r, err)
		return
	}
	table, begun := csv.NewWriter(w), false
	err = h.service.Export(r.Context(), role, func(rows []applications.Row) error {
		if !begun {
			begin(w, table, role)
			begun = true
		}
		return write(w, table, rows)
	})
	switch {
	case err != nil && !begun:
		function.Error(w, r, err)
	case err != nil:
		panic(err) // nothing else tells the client that the table is not complete
	case !begun: // no applications
		begin(w, table, role)
		table.Flush()
	}
}

// exportedRole returns the role that a request names.
func exportedRole(r *http.Request) (uuid.UUID, error) {
	if r.Method != http.MethodGet {
		return uuid.Nil, problem(http.StatusMethodNotAllowed, "The export answers GET only.")
	}
	role, err := uuid.Parse(r.URL.Query().Get("role"))
	if err != nil {
		return uuid.Nil, problem(http.StatusBadRequest, "The query parameter role must be the ID of a role.")
	}
	return role, nil
}

func begin(w http.ResponseWriter, table *csv.Writer, role uuid.UUID) {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="applications-`+role.String()+`.csv"`)
	_ = table.Write(exportHeader) // an error comes again with Flush
}

// write sends a page of rows.
func write(w http.ResponseWriter, table *csv.Writer, rows []applications.Row) error {
	for _, row := range rows {
		if err := table.Write(record(row)); err != nil {
			return err
		}
	}
	if table.Flush(); table.Error() != nil {
		return table.Error()
	}
	if err := http.NewResponseController(w).Flush(); !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil // what cannot be sent yet is sent at the end
}

func record(row applications.Row) []string {
	who := row.Candidate
	if who == nil {
		who = &candidates.Candidate{}
	}
	score, version := "", ""
	if row.Review != nil {
		score, version = strconv.Itoa(row.Review.Score), strconv.Itoa(row.Review.RoleVersion)
	}
	return []string{
		row.ID.String(), row.CandidateID.String(), cell(who.Name), cell(who.Email), strconv.Itoa(row.Years),
		score, version, row.SubmittedAt.Format(time.RFC3339),
	}
}

// cell keeps spreadsheets from reading a text as a formula.
// https://owasp.org/www-community/attacks/CSV_Injection
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
