package database

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/gen/diag"
)

// Rows is the result of a statement. Values are PostgreSQL's texts; nil is NULL.
type Rows struct {
	Columns   []string    `json:"columns"`
	Rows      [][]*string `json:"rows"`
	Truncated bool        `json:"truncated" jsonschema:"there are more rows, or they are larger than 1 MB"`
}

const (
	// queryLimit is how long a statement of Query may run.
	queryLimit = 5 * time.Second
	// querySize bounds the values that Query returns, in bytes.
	querySize = 1 << 20
)

// Query runs one statement in a transaction that may only read, and returns its first
// rows. It is refused to superusers, whose statements reach files and programs even
// there. Its error is a diag.Diagnostic.
func (d Database) Query(ctx context.Context, statement string, limit int) (Rows, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*queryLimit)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, d.config)
	if err != nil {
		return Rows{}, d.unreachable(err)
	}
	defer conn.Close(context.WithoutCancel(ctx)) // ends the transaction
	if err := readOnly(ctx, conn); err != nil {
		return Rows{}, queryFailed(err)
	}
	rows, err := first(ctx, conn, statement, limit)
	if err != nil {
		return Rows{}, queryFailed(err)
	}
	return rows, nil
}

// readOnly begins a transaction that may only read, unless the role is a superuser.
func readOnly(ctx context.Context, conn *pgx.Conn) error {
	var super bool
	err := conn.QueryRow(ctx, `SELECT rolsuper FROM pg_roles WHERE rolname = session_user`).Scan(&super)
	if err != nil {
		return err
	}
	if super {
		return errors.New("the URL's role is a superuser, whose statements can do more than read")
	}
	_, err = conn.PgConn().Exec(ctx, fmt.Sprintf("BEGIN READ ONLY; SET LOCAL statement_timeout = %d", queryLimit.Milliseconds())).ReadAll()
	return err
}

// first returns the first rows of one statement: the extended protocol takes no more
// than one.
func first(ctx context.Context, conn *pgx.Conn, statement string, limit int) (Rows, error) {
	out := Rows{Columns: []string{}, Rows: [][]*string{}}
	result := conn.PgConn().ExecParams(ctx, statement, nil, nil, nil, nil)
	for _, field := range result.FieldDescriptions() {
		out.Columns = append(out.Columns, field.Name)
	}
	size := 0
	for result.NextRow() {
		row := make([]*string, len(result.Values()))
		for i, raw := range result.Values() {
			if raw != nil {
				row[i] = new(string(raw))
			}
			size += len(raw)
		}
		if len(out.Rows) == limit || size > querySize {
			out.Truncated = true
			return out, nil // the connection is closed, and the statement with it
		}
		out.Rows = append(out.Rows, row)
	}
	_, err := result.Close()
	return out, err
}

func queryFailed(err error) error {
	return diag.Diagnostic{Code: diag.QueryFailed, Message: "the statement cannot be run: " + err.Error(),
		Next: "write one statement that reads, as a role that is no superuser"}
}
