package imports

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/blob"
	"github.com/seastack/seastack/core/fault"
)

// identity names a content of a key: the same event again is of the same, and a file
// that is uploaded again is another.
type identity struct {
	key, etag string
	modified  time.Time
}

func identityOf(i blob.Info) identity {
	return identity{key: i.Key, etag: i.ETag, modified: i.Modified.UTC().Truncate(time.Microsecond)}
}

// begin returns the report of an import as it is, and adds it where there is none.
func (s *Service) begin(ctx context.Context, id identity) (r Report, err error) {
	r = Report{File: id.key, ETag: id.etag}
	_, err = s.primary.Exec(ctx, `
		INSERT INTO candidate_imports (key, etag, modified) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, id.key, id.etag, id.modified)
	if err != nil {
		return r, err
	}
	err = s.primary.QueryRow(ctx, `
		SELECT rows, saved, unchanged, rejected, problems, refusal, started_at, finished_at FROM candidate_imports
		WHERE key = $1 AND etag = $2 AND modified = $3`, id.key, id.etag, id.modified).Scan(r.targets()...)
	return r, err
}

func (r *Report) targets() []any {
	return []any{&r.Rows, &r.Saved, &r.Unchanged, &r.Rejected, &r.Problems, &r.Refusal, &r.StartedAt, &r.FinishedAt}
}

// lock keeps other invocations out of an import until the transaction ends. It fails
// where the import is not at the row that it was at.
func lock(ctx context.Context, tx pgx.Tx, id identity, rows int) error {
	var at int
	var finished bool
	err := tx.QueryRow(ctx, `
		SELECT rows, finished_at IS NOT NULL FROM candidate_imports WHERE key = $1 AND etag = $2 AND modified = $3 FOR UPDATE`,
		id.key, id.etag, id.modified).Scan(&at, &finished)
	if err == nil && (at != rows || finished) {
		err = fault.New(fault.Conflict, "The file is being imported by another invocation.")
	}
	return err
}

// advance writes how far an import is.
func advance(ctx context.Context, tx pgx.Tx, id identity, r *Report) error {
	return tx.QueryRow(ctx, `
		UPDATE candidate_imports SET rows = $4, saved = $5, unchanged = $6, rejected = $7, problems = $8, refusal = $9,
			finished_at = CASE WHEN $10 THEN now() END
		WHERE key = $1 AND etag = $2 AND modified = $3
		RETURNING finished_at`,
		id.key, id.etag, id.modified, r.Rows, r.Saved, r.Unchanged, r.Rejected, r.Problems, r.Refusal, r.FinishedAt != nil).Scan(&r.FinishedAt)
}
