package artifact

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"

	"github.com/seastack/seastack/tools/artifact/inputs"
)

// batch is what one `go build` makes: the functions' indexes by the names of
// their binaries.
type batch map[string]int

// batchSize bounds the disk that a batch's binaries take before they are packed:
// as many batches at a time as there are processors, of functions of some 20 MB.
const batchSize = 16

// batches shares functions out so that in each batch no two binaries have one
// name, and each stack's package is read as one slice: the first function of
// every stack, then the second, and so on. Functions that need the same of it
// share a batch.
func (b *builder) batches(v inputs.Survey, indexes []int) (all []batch) {
	var stacks []map[string]inputs.Sliced // of each batch, by import path
	for _, i := range indexes {
		f := b.Functions[i]
		name := binaryName(v.Closure.Functions[f.ID()].Package)
		sliced := v.Slices[f.ID()]
		n := 0
		for n < len(all) && !fits(all[n], stacks[n], name, sliced) {
			n++
		}
		if n == len(all) {
			all, stacks = append(all, batch{}), append(stacks, map[string]inputs.Sliced{})
		}
		all[n][name] = i
		if sliced.Package != "" {
			stacks[n][sliced.Package] = sliced
		}
	}
	return all
}

// fits reports whether a batch can take a function more.
func fits(b batch, stacks map[string]inputs.Sliced, name string, sliced inputs.Sliced) bool {
	if _, taken := b[name]; taken || len(b) >= batchSize {
		return false
	}
	other, taken := stacks[sliced.Package]
	return !taken || other.Same(sliced)
}

// writeOverlay writes the slices of a batch's stacks below a folder, and the file
// that puts them in the place of the stacks' own files. It returns "" where
// nothing is sliced.
func (b *builder) writeOverlay(v inputs.Survey, dir string, batch batch) (string, error) {
	replace := map[string]string{}
	for _, i := range batch {
		sliced := v.Slices[b.Functions[i].ID()]
		if sliced.Package == "" || sliced.Whole != "" {
			continue
		}
		for path, text := range sliced.Overlay() {
			if _, written := replace[path]; written {
				continue // of a function that needs the same
			}
			replace[path] = ""
			if text != nil {
				replace[path] = filepath.Join(dir, strconv.Itoa(len(replace)), filepath.Base(path))
				if err := writeFile(replace[path], []byte(*text)); err != nil {
					return "", err
				}
			}
		}
	}
	if len(replace) == 0 {
		return "", nil
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, writeFile(overlay, data)
}

func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}
