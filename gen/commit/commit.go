// Package commit brings a module's tree in line with what was generated. It is
// the only step of generation that writes. It knows which files are ours, by
// name and by first line, and nothing of what is in them.
package commit

import (
	"os"
	"slices"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/emit"
	"github.com/seastack/seastack/gen/emit/output"
)

// Changes are what it takes to bring the tree in line.
type Changes struct {
	Write     []emit.File // new, or with other bytes; sorted by path
	Delete    []string    // generated before and no longer; from the module's root, sorted
	Unchanged []string    // files that are as they should be; sorted
}

// Written returns the paths of the files to write.
func (c Changes) Written() []string {
	paths := make([]string, len(c.Write))
	for i, f := range c.Write {
		paths[i] = f.Path
	}
	return paths
}

// Deleted returns the paths of the files to delete.
func (c Changes) Deleted() []string { return c.Delete }

// Empty reports whether the tree is in line.
func (c Changes) Empty() bool { return len(c.Write) == 0 && len(c.Delete) == 0 }

// Plan compares the tree at root with the generated files and changes nothing.
// Whatever is in the way of a file is reported, all at once, as a diag.List.
func Plan(root string, c config.Config, files []emit.File) (Changes, error) {
	r, err := os.OpenRoot(root)
	if err != nil {
		return Changes{}, err
	}
	defer r.Close()
	changes, blocked, err := compare(r, files)
	if err != nil {
		return Changes{}, err
	}
	if changes.Delete, err = stale(r, c.Folders, files); err != nil {
		return Changes{}, err
	}
	return changes, blocked.Err()
}

func compare(r *os.Root, files []emit.File) (changes Changes, blocked diag.List, err error) {
	for _, f := range files {
		state, err := look(r, f)
		if err != nil {
			return Changes{}, nil, err
		}
		switch state {
		case same:
			changes.Unchanged = append(changes.Unchanged, f.Path)
		case absent, differs:
			changes.Write = append(changes.Write, f)
		default:
			blocked = append(blocked, inTheWay(f.Path, state))
		}
	}
	output.Sort(changes.Write)
	slices.Sort(changes.Unchanged)
	return changes, blocked, nil
}

func inTheWay(file string, s state) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.InTheWay, File: file,
		Message: "a generated file belongs here, but there is " + string(s),
		Next:    "move it to another name, then generate again; nothing was written",
	}
}
