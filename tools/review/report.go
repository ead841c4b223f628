// Package review tells what a plan of an environment would do, as people read it
// in a pull request: typed, without values that are nobody's business, and as
// text, Markdown or a page. It runs nothing.
package review

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/artifact/digest"
	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/deploy"
)

// Format is the version of a report's form.
const Format = 1

// Report is what a plan of an environment would do, root by root.
type Report struct {
	Format      int    `json:"format"`
	Project     string `json:"project"`
	Environment string `json:"environment"`
	Commit      string `json:"commit,omitempty"` // that was planned
	Dirty       bool   `json:"dirty,omitempty"`  // files differed from the commit
	Base        string `json:"base,omitempty"`   // the commit that the pull request is compared with
	From        string `json:"from,omitempty"`   // the environment that the zips are promoted from
	// Migrations are the names of the database's migrations that run before.
	Migrations []string  `json:"migrations,omitempty"`
	Time       time.Time `json:"time"`
	Roots      []Root    `json:"roots"` // the platform first
}

// Status is what a plan came to.
type Status string

// The statuses of roots.
const (
	Changes   Status = "changes"
	Unchanged Status = "unchanged" // Terraform has said so
	Proven    Status = "proven"    // Terraform was not asked
	Failed    Status = "failed"
	// Unaffected is a stack that the change does not touch, and that was not planned.
	Unaffected Status = "unaffected"
)

// Root is one root of the environment: the platform, or a stack.
type Root struct {
	Name      string         `json:"name"`
	Status    Status         `json:"status"`
	Why       string         `json:"why,omitempty"` // of a change of the configuration
	Functions []Function     `json:"functions"`
	Summary   deploy.Summary `json:"summary"`
	Pinned    []Pin          `json:"pinned,omitempty"`
	Errors    diag.List      `json:"errors,omitempty"`
	Plan      *Plan          `json:"plan,omitempty"` // nil where there is nothing to apply
}

// Function is what happens to one function.
type Function struct {
	Function   string `json:"function"` // without the stack
	Action     string `json:"action"`   // "create", "update", "delete" or "replace"
	Code       bool   `json:"code"`     // the zip is another
	Why        string `json:"why,omitempty"`
	Canary     string `json:"canary,omitempty"` // how the new code is tried; empty: it takes all requests at once
	Before     string `json:"digest_before,omitempty"`
	After      string `json:"digest_after,omitempty"`
	SizeBefore int64  `json:"size_before,omitempty"` // of the zip, in bytes; 0 where it is not known
	SizeAfter  int64  `json:"size_after,omitempty"`
	Budget     int64  `json:"size_budget,omitempty"` // of the zip, in bytes; 0: none
}

// Pin is a function that is held at a zip, whatever is built.
type Pin struct {
	Function string `json:"function"`
	Text     string `json:"text"` // to what, since when and by whom
}

// Plan is a saved plan: what it is to be known by when it is applied.
type Plan struct {
	File   string `json:"file"`   // in the folder of the report
	SHA256 string `json:"sha256"` // of the file
	// Files is a digest of the files that it was made of, and State the SHA-256 of
	// the state that it was made for.
	Files string `json:"files"`
	State string `json:"state"`
	// Zips are the digests that the functions have after it.
	Zips []string `json:"zips"`
	// Follows reports that it stands on outputs of the platform that were only
	// planned: it is made again after the platform's apply, and must be the same.
	Follows bool `json:"follows,omitempty"`
}

// Planned is what is known of one root.
type Planned struct {
	deploy.Planned
	Err  error
	Plan *Plan
	Pins map[string]change.Pin // of the stack's functions
	// Canaries says how new code is tried, by function.
	Canaries map[string]string
	// Unaffected reports that the root was not planned, as the change does not touch it.
	Unaffected bool
	// Sizes are those of zips by their digests, in bytes.
	Sizes map[string]int64
	// Budget is how large a zip may be, in bytes; 0: it is not limited.
	Budget int64
}

// New returns the report of plans; affected says why functions and stacks differ
// from what is deployed, and may be the zero value.
func New(head Report, plans []Planned, affected change.Affected, mask Mask) Report {
	head.Format = Format
	why := map[string]string{}
	for _, f := range affected.Functions {
		why[f.ID()] = f.Why
	}
	stacks := map[string]string{}
	for _, s := range affected.Stacks {
		stacks[s.Stack] = s.Why
	}
	for _, p := range plans {
		r := Root{Name: p.Root.Name, Status: status(p), Summary: p.Summary, Functions: []Function{}, Plan: p.Plan}
		if p.Err != nil {
			r.Errors = diagnostics(p.Err)
		}
		prefix := names.Stack(head.Project, head.Environment, r.Name) + "-"
		for _, f := range p.Summary.Functions {
			name := strings.TrimPrefix(f.Function, prefix)
			r.Functions = append(r.Functions, Function{
				Function: name, Action: f.Action, Code: f.Code, Why: why[r.Name+"/"+name], Canary: p.Canaries[name], Before: f.Before, After: f.After,
				SizeBefore: p.Sizes[f.Before], SizeAfter: p.Sizes[f.After], Budget: p.Budget,
			})
		}
		for _, name := range slices.Sorted(maps.Keys(p.Pins)) {
			r.Pinned = append(r.Pinned, Pin{name, p.Pins[name].String()})
		}
		if r.Status == Changes {
			r.Why = stacks[r.Name]
		}
		head.Roots = append(head.Roots, mask.root(r))
	}
	return head
}

func status(p Planned) Status {
	switch {
	case p.Unaffected:
		return Unaffected
	case p.Err != nil:
		return Failed
	case p.Changes:
		return Changes
	case p.Summary.Proven:
		return Proven
	}
	return Unchanged
}

// diagnostics returns what an error says, as a list.
func diagnostics(err error) (all diag.List) {
	var list diag.List
	var one diag.Diagnostic
	switch joined := err.(type) {
	case interface{ Unwrap() []error }:
		for _, e := range joined.Unwrap() {
			all = append(all, diagnostics(e)...)
		}
		return all
	default:
		switch {
		case errors.As(err, &list):
			return list
		case errors.As(err, &one):
			return diag.List{one}
		}
	}
	return diag.List{{Code: diag.TerraformFailed, Message: err.Error()}}
}

// Count returns the number of roots with one of the statuses.
func (r Report) Count(statuses ...Status) (n int) {
	for _, root := range r.Roots {
		if slices.Contains(statuses, root.Status) {
			n++
		}
	}
	return n
}

// Headline says in a line what the plan comes to: "3 of 41 stacks change; 38
// proven unchanged". The platform is one of the stacks that are counted.
func (r Report) Headline() string {
	all := len(r.Roots)
	parts := []string{fmt.Sprintf("%d of %d %s", r.Count(Changes), all, plural(all, "stack changes", "stacks change"))}
	if n := r.Count(Failed); n > 0 {
		parts = append(parts, fmt.Sprintf("%d failed to plan", n))
	}
	proven, planned := r.Count(Proven), r.Count(Unchanged)
	switch {
	case planned == 0 && proven > 0:
		parts = append(parts, fmt.Sprintf("%d proven unchanged", proven))
	case proven == 0 && planned > 0:
		parts = append(parts, fmt.Sprintf("%d planned and unchanged", planned))
	case proven > 0:
		parts = append(parts, fmt.Sprintf("%d proven and %d planned unchanged", proven, planned))
	}
	if n := r.Count(Unaffected); n > 0 {
		parts = append(parts, fmt.Sprintf("%d not affected", n))
	}
	return strings.Join(parts, "; ")
}

func plural(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// Grave is one change that nobody may overlook.
type Grave struct {
	Root  string
	Text  string
	Brief string // without values
}

// Destroyed returns what is destroyed or replaced: first what holds data or an
// address, then the rest. Replacements of resources that Terraform makes anew
// before it destroys the old ones are among them.
func (r Report) Destroyed() []Grave {
	var lost, others []Grave
	for _, root := range r.Roots {
		for _, c := range root.Summary.Resources {
			g := Grave{root.Name, c.String(), brief(c)}
			switch {
			case c.Lost():
				lost = append(lost, g)
			case c.Action == "delete" || c.Action == "replace":
				others = append(others, g)
			}
		}
	}
	return append(lost, others...)
}

// brief returns a change without its attributes.
func brief(c deploy.ResourceChange) string {
	c.Attributes = nil
	return c.String()
}

// Permissions returns who may do more, or less, than before.
func (r Report) Permissions() (all []Grave) {
	for _, root := range r.Roots {
		for _, p := range root.Summary.Policies {
			at := p.Address
			switch {
			case p.Sensitive:
				all = append(all, same(root.Name, "? a policy that is sensitive ("+at+")"))
			case p.Unknown && len(p.Added) == 0:
				all = append(all, same(root.Name, "? a policy that is known after the apply ("+at+")"))
			}
			for _, s := range p.Added {
				all = append(all, Grave{root.Name, "+ " + s.String() + " (" + at + ")", "+ " + s.Effect + " " + strings.Join(s.Actions, ", ")})
			}
			for _, s := range p.Removed {
				all = append(all, Grave{root.Name, "- " + s.String() + " (" + at + ")", "- " + s.Effect + " " + strings.Join(s.Actions, ", ")})
			}
		}
	}
	return all
}

func same(root, text string) Grave { return Grave{root, text, text} }

// Ahead returns the migrations that run before.
func (r Report) Ahead() (all []Grave) {
	for _, name := range r.Migrations {
		all = append(all, same("database", name))
	}
	return all
}

// Promotion says that the report is of a promotion; "" where it is of none.
func (r Report) Promotion() string {
	if r.From == "" {
		return ""
	}
	return "a promotion of what " + r.From + " runs, with the same zips"
}

// Canaries returns the functions whose new code is tried on a part of the requests.
func (r Report) Canaries() (all []Grave) {
	for _, root := range r.Roots {
		for _, f := range root.Functions {
			if f.Canary != "" {
				all = append(all, same(root.Name, f.Function+": "+f.Canary))
			}
		}
	}
	return all
}

// Over returns the functions whose new zips are over their budgets. How long they
// take to start is not known before they run.
func (r Report) Over() (all []Grave) {
	for _, root := range r.Roots {
		for _, f := range root.Functions {
			if f.Budget > 0 && f.SizeAfter > f.Budget {
				all = append(all, same(root.Name, fmt.Sprintf("%s: the zip has %.1f MB, where the budget is %.1f MB",
					f.Function, float64(f.SizeAfter)/1e6, float64(f.Budget)/1e6)))
			}
		}
	}
	return all
}

// Held returns the functions that are pinned.
func (r Report) Held() (all []Grave) {
	for _, root := range r.Roots {
		for _, p := range root.Pinned {
			all = append(all, same(root.Name, p.Function+" is "+p.Text))
		}
	}
	return all
}

// Drifted returns what was changed by somebody else since the last apply.
func (r Report) Drifted() (all []Grave) {
	for _, root := range r.Roots {
		for _, c := range root.Summary.Drift {
			all = append(all, Grave{root.Name, c.String(), brief(c)})
		}
	}
	return all
}

// OK reports whether all roots could be planned.
func (r Report) OK() bool { return r.Count(Failed) == 0 }

// JSON returns the report as machines read it.
func (r Report) JSON() ([]byte, error) {
	raw, err := json.MarshalIndent(r, "", "  ")
	return append(raw, '\n'), err
}

// Parse reads what JSON has written.
func Parse(raw []byte) (r Report, err error) {
	if err := json.Unmarshal(raw, &r); err != nil {
		return r, err
	}
	if r.Format != Format {
		return r, fmt.Errorf("its format is %d, and this command's %d", r.Format, Format)
	}
	return r, nil
}

// Digest returns what a report's JSON is known by: in the comment, and to who
// applies its plans.
func Digest(raw []byte) string { return digest.Bytes(raw) }
