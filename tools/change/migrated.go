package change

import (
	"context"
	"encoding/json"
	"time"

	"github.com/seastack/seastack/tools/objects"
)

// Migrated records which migrations an environment's database has.
type Migrated struct {
	Names  []string  `json:"names"` // of files in the migrations' folder
	Commit string    `json:"commit,omitempty"`
	Time   time.Time `json:"time"`
	By     string    `json:"by,omitempty"`
}

// migratedName is the object's name.
const migratedName = "migrations.json"

// WriteMigrated keeps a record of migrations.
func WriteMigrated(ctx context.Context, to objects.Store, m Migrated) error {
	raw, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := to.Put(ctx, migratedName, append(raw, '\n')); err != nil {
		return recordsUnusable(to.Place(migratedName), err)
	}
	return nil
}

// ReadMigrated returns the record of migrations; one without names where there is
// none.
func ReadMigrated(ctx context.Context, from objects.Store) (m Migrated, err error) {
	raw, err := from.Get(ctx, migratedName)
	if err != nil {
		return m, recordsUnusable(from.Place(migratedName), err)
	}
	if raw == nil {
		return m, nil
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return m, badRecord(from.Place(migratedName), err)
	}
	return m, nil
}
