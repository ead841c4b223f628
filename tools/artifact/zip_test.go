package artifact

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

// The digest stands here so that a new version of the compressor, which changes
// every artifact once, is a decision and not an accident.
func TestZipHasTheseBytes(t *testing.T) {
	data, err := zipBinary(sample())
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	const want = "dac0d6a8a0be4eeeb4e6eb308dfa7f3bb0079104bef48ce72d527f354f21e3f3"
	if got := hex.EncodeToString(sum[:]); got != want {
		t.Errorf("zip has digest %s, want %s", got, want)
	}
}

func TestZipHasOneExecutableEntry(t *testing.T) {
	data, err := zipBinary(sample())
	if err != nil {
		t.Fatal(err)
	}
	reader, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(reader.File) != 1 {
		t.Fatal(err, len(reader.File))
	}
	file := reader.File[0]
	if file.Name != "bootstrap" || file.Mode() != 0o755 || file.Method != zip.Deflate || len(file.Extra) != 0 {
		t.Errorf("entry is %+v", file.FileHeader)
	}
	if want := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC); !file.Modified.Equal(want) {
		t.Errorf("modified %v", file.Modified)
	}
	content, err := file.Open()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(content); err != nil || !bytes.Equal(got, sample()) {
		t.Errorf("other content: %v", err)
	}
}

func TestZipFormatNamesTheCompressor(t *testing.T) {
	if got := zipFormat(); !strings.HasPrefix(got, compressor+" ") || strings.Contains(got, "error") {
		t.Errorf("format is %q", got)
	}
	fork := &debug.Module{Path: compressor, Replace: &debug.Module{Path: "example.com/fork", Version: "v2.0.0"}}
	if got := moduleVersion(fork); got != "example.com/fork v2.0.0" {
		t.Errorf("a replaced compressor is %q", got)
	}
}

func TestLimitsAreLambdas(t *testing.T) {
	f := shop[0]
	if checkUnzipped(f, 262_144_000) != nil || checkZipped(f, 52_428_800) != nil {
		t.Error("the limit itself is refused")
	}
	golden(t, "unzipped", checkUnzipped(f, 262_144_001+5<<20), "")
	golden(t, "zipped", checkZipped(f, 52_428_801+5<<20), "")
}

// unzip returns the path of an executable copy of a zip's binary.
func unzip(t *testing.T, path string) string {
	t.Helper()
	reader, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	content, err := reader.Open(bootstrap)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(content)
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), bootstrap)
	if err := os.WriteFile(binary, data, 0o755); err != nil {
		t.Fatal(err)
	}
	return binary
}
