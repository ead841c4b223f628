package change

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/seastack/seastack/tools/objects"
)

// Deploy is one deploy of a root, as its history keeps it.
type Deploy struct {
	Time    time.Time         `json:"time"`
	By      string            `json:"by,omitempty"`
	Commit  string            `json:"commit,omitempty"`
	Dirty   bool              `json:"dirty,omitempty"`
	Plan    string            `json:"plan,omitempty"` // the SHA-256 of the plan that was reviewed
	Digests map[string]string `json:"digests"`        // of the functions' zips, by name
	// Architectures are what the zips were built for, by the functions' names.
	Architectures map[string]string `json:"architectures,omitempty"`
	Pinned        []string          `json:"pinned,omitempty"`
	Canary        []string          `json:"canary,omitempty"` // functions whose new zip was tried; Digests has the one before
}

// longestHistory is the number of deploys that are kept.
const longestHistory = 200

func historyName(root string) string { return root + ".history.json" }

// History returns the deploys of a root, the last one first.
func History(ctx context.Context, from objects.Store, root string) ([]Deploy, error) {
	place := from.Place(historyName(root))
	raw, err := from.Get(ctx, historyName(root))
	if err != nil {
		return nil, recordsUnusable(place, err)
	}
	if raw == nil {
		return nil, nil
	}
	var all []Deploy
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, badRecord(place, err)
	}
	return all, nil
}

// remember adds a deploy to a root's history, unless it has the zips, the commit
// and the plan of the last. A history that cannot be read is begun anew: it is
// told from, and decides nothing.
func remember(ctx context.Context, to objects.Store, r Record) error {
	all, err := History(ctx, to, r.Root)
	if err != nil {
		all = nil
	}
	if len(all) > 0 && maps.Equal(all[0].Digests, r.Digests) && all[0].Commit == r.Commit && all[0].Plan == r.Plan {
		return nil
	}
	all = append([]Deploy{{Time: r.Time, By: r.By, Commit: r.Commit, Dirty: r.Dirty, Plan: r.Plan, Digests: r.Digests, Architectures: r.Architectures, Pinned: r.Pinned, Canary: r.Canary}}, all...)
	raw, err := json.MarshalIndent(all[:min(len(all), longestHistory)], "", " ")
	if err != nil {
		return err
	}
	if err := to.Put(ctx, historyName(r.Root), raw); err != nil {
		return recordsUnusable(to.Place(historyName(r.Root)), err)
	}
	return nil
}

// Pin holds a function at a zip, until it is unpinned.
type Pin struct {
	Digest       string    `json:"digest"`
	Architecture string    `json:"architecture,omitempty"` // that it was built for; empty: that of the function now
	By           string    `json:"by,omitempty"`
	Since        time.Time `json:"since"`
}

// String says who has pinned what.
func (p Pin) String() string {
	text := fmt.Sprintf("pinned to %.12s since %s", p.Digest, p.Since.UTC().Format("2006-01-02 15:04 MST"))
	if p.By != "" {
		text += " by " + p.By
	}
	return text
}

func pinsName(root string) string { return root + ".pins.json" }

// Pins returns the pins of a stack's functions, by name.
func Pins(ctx context.Context, from objects.Store, stack string) (map[string]Pin, error) {
	place := from.Place(pinsName(stack))
	raw, err := from.Get(ctx, pinsName(stack))
	if err != nil {
		return nil, recordsUnusable(place, err)
	}
	pins := map[string]Pin{}
	if raw == nil {
		return pins, nil
	}
	if err := json.Unmarshal(raw, &pins); err != nil {
		return nil, badRecord(place, err)
	}
	return pins, nil
}

// WritePins keeps the pins of a stack's functions.
func WritePins(ctx context.Context, to objects.Store, stack string, pins map[string]Pin) error {
	place := to.Place(pinsName(stack))
	if len(pins) == 0 {
		if err := to.Delete(ctx, pinsName(stack)); err != nil {
			return recordsUnusable(place, err)
		}
		return nil
	}
	raw, err := json.MarshalIndent(pins, "", " ")
	if err == nil {
		err = to.Put(ctx, pinsName(stack), raw)
	}
	if err != nil {
		return recordsUnusable(place, err)
	}
	return nil
}
