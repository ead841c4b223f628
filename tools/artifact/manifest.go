package artifact

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"

	"github.com/seastack/seastack/tools/artifact/store"
)

// ManifestName is the file beside a Terraform root that says which artifact
// each function has. Terraform reads it; the plan needs nothing else of a
// build.
const ManifestName = "artifacts.json"

type manifest struct {
	Functions map[string]manifestFunction `json:"functions"`
}

type manifestFunction struct {
	Digest         string `json:"digest"`           // lower-case hex SHA-256 of the zip
	SourceCodeHash string `json:"source_code_hash"` // the same in base64, as Lambda returns it
	Key            string `json:"key"`              // of the zip in the artifact bucket
	Architecture   string `json:"architecture"`
	// Canary, where set, leaves the function's alias at a version, and gives the new
	// one a part of its requests.
	Canary *Canary `json:"canary,omitempty"`
}

// Canary is how new code of a function is tried.
type Canary struct {
	Version string  `json:"version"` // that the rest of the requests go to
	Weight  float64 `json:"weight"`  // the part of them that the new one gets, above 0 and below 1
}

// Zip is the zip of a function, and what it was built for.
type Zip struct {
	Digest       string // lower-case hex SHA-256
	Architecture string // as Lambda names it
}

// WriteManifest writes artifacts.json into a Terraform root's folder, with the
// results of that root's stack; target is that of results without one. The file is
// left alone when it says the same.
func WriteManifest(rootDir string, target Target, results []Result) (changed bool, err error) {
	zips := map[string]Zip{}
	for _, r := range results {
		zips[r.Function] = Zip{r.Digest, cmp.Or(r.Target, target).Architecture()}
	}
	return WriteZips(rootDir, zips)
}

// WriteZips is WriteManifest for zips that were built before, by the functions'
// names.
func WriteZips(rootDir string, zips map[string]Zip) (changed bool, err error) {
	m, err := newManifest(zips)
	if err != nil {
		return false, err
	}
	return m.write(rootDir)
}

// write writes the manifest into a root's folder, unless it is there.
func (m manifest) write(rootDir string) (changed bool, err error) {
	data, err := json.MarshalIndent(m, "", "  ") // the keys of a map are sorted
	if err != nil {
		return false, err
	}
	data = append(data, '\n')
	path := filepath.Join(rootDir, ManifestName)
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return false, nil
	}
	if err := os.MkdirAll(rootDir, 0o755); err != nil {
		return false, store.Explain(err, rootDir)
	}
	err = renameio.WriteFile(path, data, 0o644, renameio.WithTempDir(rootDir), renameio.WithStaticPermissions(0o644))
	return true, store.Explain(err, rootDir)
}

func newManifest(zips map[string]Zip) (manifest, error) {
	m := manifest{Functions: map[string]manifestFunction{}}
	for name, zip := range zips {
		sum, err := hex.DecodeString(zip.Digest)
		if err != nil {
			return m, err
		}
		m.Functions[name] = manifestFunction{
			Digest: zip.Digest, SourceCodeHash: base64.StdEncoding.EncodeToString(sum),
			Key: Key(zip.Digest), Architecture: zip.Architecture,
		}
	}
	return m, nil
}

// SetCanaries makes those of a root's functions that are named canaries, and the
// others none.
func SetCanaries(rootDir string, canaries map[string]Canary) error {
	m, err := readManifest(rootDir)
	if err != nil {
		return err
	}
	for name, f := range m.Functions {
		f.Canary = nil
		if c, ok := canaries[name]; ok {
			f.Canary = &c
		}
		m.Functions[name] = f
	}
	_, err = m.write(rootDir)
	return err
}

// Canaries returns the functions of a root that are canaries, by name.
func Canaries(rootDir string) (map[string]Canary, error) {
	m, err := readManifest(rootDir)
	canaries := map[string]Canary{}
	for name, f := range m.Functions {
		if f.Canary != nil {
			canaries[name] = *f.Canary
		}
	}
	return canaries, err
}

// Pin puts other zips in the place of those in a root's artifacts.json, by the
// functions' names. A function that is not in it is left out. A zip without an
// architecture is of the one that it replaces.
func Pin(rootDir string, pins map[string]Zip) error {
	zips, err := Zips(rootDir)
	if err != nil {
		return err
	}
	for name, pin := range pins {
		if zip, ok := zips[name]; ok {
			zips[name] = Zip{pin.Digest, cmp.Or(pin.Architecture, zip.Architecture)}
		}
	}
	_, err = WriteZips(rootDir, zips)
	return err
}

// Zips returns the zips of the functions in a root's artifacts.json, by name; none
// for a root without one.
func Zips(rootDir string) (map[string]Zip, error) {
	m, err := readManifest(rootDir)
	zips := map[string]Zip{}
	for name, f := range m.Functions {
		zips[name] = Zip{f.Digest, f.Architecture}
	}
	return zips, err
}

// Digests returns the digests of the functions in a root's artifacts.json, by
// name; none for a root without one.
func Digests(rootDir string) (map[string]string, error) {
	m, err := readManifest(rootDir)
	digests := map[string]string{}
	for name, f := range m.Functions {
		digests[name] = f.Digest
	}
	return digests, err
}

// readManifest reads a root's artifacts.json; one without functions where there is
// none.
func readManifest(rootDir string) (m manifest, err error) {
	data, err := os.ReadFile(filepath.Join(rootDir, ManifestName))
	if errors.Is(err, os.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(data, &m)
}
