package pipeline

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/seastack/seastack/gen/diag"
)

// storedPlans is the object of the plans that were made of a tree of git's: the
// files are the same in the pull request and after its merge, whatever the commit.
func storedPlans(tree string) string { return "plans/" + tree + ".tar.gz" }

// StorePlans keeps a folder of plans beside the states, where only those can read
// it who can read the states.
func (d *Deployment) StorePlans(ctx context.Context, dir, tree string) error {
	if tree == "" {
		return diag.Diagnostic{Code: diag.BadReport, Message: "the plans cannot be stored: files differ from the commit, or there is none",
			Next: "commit them; plans are found again by the files that they were made of"}
	}
	records, err := d.records(ctx)
	if err != nil {
		return err
	}
	packed, err := pack(dir)
	if err != nil {
		return err
	}
	return records.Put(ctx, storedPlans(tree), packed)
}

// FetchPlans puts the plans that were stored for a tree into a folder.
func (d *Deployment) FetchPlans(ctx context.Context, dir, tree string) error {
	records, err := d.records(ctx)
	if err != nil {
		return err
	}
	packed, err := records.Get(ctx, storedPlans(tree))
	if err != nil {
		return err
	}
	if packed == nil || tree == "" {
		return diag.Diagnostic{Code: diag.BadReport, Message: "no plan of these files was reviewed for " + d.Env.Name,
			Details: []string{"looked for " + records.Place(storedPlans(tree))},
			Next:    "plan them, and have that reviewed: seastack plan --env " + d.Env.Name + " --store; or apply without: seastack apply --env " + d.Env.Name}
	}
	return unpack(dir, packed)
}

func pack(dir string) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	if err := w.AddFS(os.DirFS(dir)); err != nil {
		return nil, err
	}
	err := errors.Join(w.Close(), z.Close())
	return b.Bytes(), err
}

// unpack writes the files of an archive into a folder, and nothing outside of it.
func unpack(dir string, packed []byte) error {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for r := tar.NewReader(z); ; {
		head, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if head.Typeflag != tar.TypeReg {
			continue
		}
		if err := unpackFile(root, head.Name, r); err != nil {
			return fmt.Errorf("%s: %w", head.Name, err)
		}
	}
}

func unpackFile(root *os.Root, name string, from io.Reader) error {
	name = filepath.FromSlash(name)
	if parent := filepath.Dir(name); parent != "." {
		if err := root.Mkdir(parent, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	f, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}
