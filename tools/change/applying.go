package change

import (
	"context"
	"encoding/json"
	"time"

	"github.com/seastack/seastack/tools/objects"
)

// applying says that a reviewed plan is being applied to a root: one that is found
// later tells of an apply that was killed.
type applying struct {
	Plan string    `json:"plan"` // the SHA-256 of the plan
	By   string    `json:"by,omitempty"`
	Time time.Time `json:"time"`
}

func applyingName(root string) string { return root + ".applying.json" }

// BeginApply notes that a reviewed plan is being applied to a root.
func BeginApply(ctx context.Context, to objects.Store, root, plan, by string) error {
	raw, err := json.Marshal(applying{Plan: plan, By: by, Time: time.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	if err := to.Put(ctx, applyingName(root), raw); err != nil {
		return recordsUnusable(to.Place(applyingName(root)), err)
	}
	return nil
}

// EndApply notes that no reviewed plan is being applied to a root.
func EndApply(ctx context.Context, to objects.Store, root string) error {
	if err := to.Delete(ctx, applyingName(root)); err != nil {
		return recordsUnusable(to.Place(applyingName(root)), err)
	}
	return nil
}

// Applying returns the SHA-256 of the reviewed plan whose apply to a root has begun
// and not ended; "" where there is none.
func Applying(ctx context.Context, from objects.Store, root string) (string, error) {
	raw, err := from.Get(ctx, applyingName(root))
	if err != nil {
		return "", recordsUnusable(from.Place(applyingName(root)), err)
	}
	if raw == nil {
		return "", nil
	}
	var a applying
	if err := json.Unmarshal(raw, &a); err != nil {
		return "", badRecord(from.Place(applyingName(root)), err)
	}
	return a.Plan, nil
}
