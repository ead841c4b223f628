package etl

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Upsert returns a statement that writes rows to a table of the store, and over those
// with the same key: a Load of rows whose JSON has a member for each of the columns.
func Upsert[R any](table, key string, columns ...string) func(context.Context, pgx.Tx, []R) error {
	var set []string
	for _, c := range columns {
		if c != key {
			set = append(set, c+" = excluded."+c)
		}
	}
	list := strings.Join(columns, ", ")
	statement := `INSERT INTO ` + table + ` (` + list + `)
		SELECT ` + list + ` FROM json_populate_recordset(NULL::` + table + `, $1::json)
		ON CONFLICT (` + key + `) DO UPDATE SET ` + strings.Join(set, ", ")
	return func(ctx context.Context, tx pgx.Tx, rows []R) error {
		text, err := json.Marshal(rows)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, statement, string(text))
		return err
	}
}
