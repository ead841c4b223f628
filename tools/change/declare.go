package change

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/config"
)

// Declare adds to an explanation what is read from the files themselves: the
// declarations that differ, what leads to them, and settings. Where nothing has
// the base's files, nothing is added.
func (s Sides) Declare(ctx context.Context, e *Explanation) error {
	if s.comparer.repo.top == "" {
		return nil
	}
	if err := s.addDeclarations(ctx, e); err != nil {
		return err
	}
	if err := s.addSettings(ctx, e); err != nil {
		return err
	}
	return s.addCalls(ctx, e)
}

// addSettings puts the settings that differ in the place of the files that they
// are in.
func (s Sides) addSettings(ctx context.Context, e *Explanation) error {
	var all []string
	files := append(slices.Clone(e.Configuration), config.FileName)
	for _, file := range files {
		before, after, err := s.texts(ctx, FileChange{File: file})
		if err != nil {
			return err
		}
		found := attributeChanges(file, before, after, func(blocks []string) bool {
			return file != config.FileName || concernsFunction(blocks, e.Stack, e.Function)
		})
		if len(found) == 0 && file != config.FileName {
			found = []string{file + " changed"}
		}
		all = append(all, found...)
	}
	e.Configuration = all
	return nil
}

func (s Sides) addDeclarations(ctx context.Context, e *Explanation) error {
	for i := range e.Packages {
		for j := range e.Packages[i].Files {
			f := &e.Packages[i].Files[j]
			if !strings.HasSuffix(f.File, ".go") {
				continue
			}
			before, after, err := s.texts(ctx, *f)
			if err != nil {
				return err
			}
			f.Declarations = declarationChanges(before, after)
		}
	}
	return nil
}

// texts returns a file's content on both sides; nil where a side has no such file.
func (s Sides) texts(ctx context.Context, f FileChange) (before, after []byte, err error) {
	if f.Change != added && (f.Change != "" || s.Base.Files[f.File] != "") {
		if before, err = s.comparer.repo.content(ctx, s.Base.Commit, s.comparer.prefix+f.File); err != nil {
			return nil, nil, err
		}
	}
	after, err = os.ReadFile(filepath.Join(s.comparer.Root, filepath.FromSlash(f.File)))
	if os.IsNotExist(err) {
		err = nil
	}
	return before, after, err
}
