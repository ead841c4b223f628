package artifact

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"runtime/debug"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zip"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/artifact/fault"
)

// Lambda's quotas for a deployment package, in bytes: the size of the contents,
// with layers, and the size of a zip that is uploaded through Lambda's API.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	maxUnzipped = 250 << 20
	maxZipped   = 50 << 20
)

// bootstrap is what the provided.al2023 runtime starts.
const bootstrap = "bootstrap"

// compressor is the module whose encoder makes the bytes of a zip. The standard
// library's may change its output with any release of Go. Level 5 makes a
// binary's zip 2 percent smaller and takes twice as long, level 9 makes it 5
// percent smaller and takes eleven times as long; level 1 makes it 8 percent
// larger and takes three quarters of the time.
const (
	compressor = "github.com/klauspost/compress"
	level      = 4
)

// zipFormat names everything that decides how a binary becomes a zip: the
// version of the compressor in this program, which another module's go.mod may
// have raised, and, since a program need not know it, what a sample is packed
// to.
var zipFormat = sync.OnceValue(func() string {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == compressor {
				version = moduleVersion(m)
			}
		}
	}
	data, err := zipBinary(sample())
	if err != nil {
		version = err.Error()
	}
	return fmt.Sprintf("%s %s level %d sample %x", compressor, version, level, sha256.Sum256(data))
})

// sample is text that gets more and more random, so that every kind of block of
// the format occurs.
func sample() []byte {
	data := make([]byte, 128<<10)
	state := uint32(1)
	for i := range data {
		state = state*1664525 + 1013904223
		data[i] = byte(state >> 24 % uint32(1+i>>9))
	}
	return data
}

func moduleVersion(m *debug.Module) string {
	if m.Replace != nil {
		return m.Replace.Path + " " + m.Replace.Version
	}
	return m.Version
}

// zipBinary puts a binary into a zip whose bytes depend on nothing but the
// binary's.
func zipBinary(binary []byte) ([]byte, error) {
	packed, err := deflate(binary)
	if err != nil {
		return nil, err
	}
	return zipEntry(binary, packed, zip.Deflate)
}

// Stored puts a binary into a zip without compressing it, which takes less time than
// it saves where the zip stays on this machine.
func Stored(binary []byte) ([]byte, error) { return zipEntry(binary, binary, zip.Store) }

// zipEntry writes a zip of a binary that is packed by a method. Sizes and checksum
// stand in the header of the entry, as they are known.
func zipEntry(binary, packed []byte, method uint16) ([]byte, error) {
	header := &zip.FileHeader{
		Name: bootstrap, Method: method, CRC32: crc32.ChecksumIEEE(binary),
		CompressedSize64: uint64(len(packed)), UncompressedSize64: uint64(len(binary)),
		ModifiedDate: 1<<5 | 1, // 1 January 1980, the first day that a zip can name
	}
	header.SetMode(0o755)
	var out bytes.Buffer
	writer := zip.NewWriter(&out)
	entry, err := writer.CreateRaw(header)
	if err != nil {
		return nil, err
	}
	if _, err := entry.Write(packed); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func deflate(data []byte) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(len(data) / 2)
	writer, err := flate.NewWriter(&out, level)
	if err != nil {
		return nil, err
	}
	if _, err := writer.Write(data); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// checkUnzipped and checkZipped report early what AWS would report during an
// apply.
func checkUnzipped(f Function, size int64) error {
	if size <= maxUnzipped {
		return nil
	}
	return tooLarge(f, diag.BinaryTooLarge, fmt.Sprintf("the binary of %s has %s; Lambda takes %s unzipped", f.ID(), megabytes(size), megabytes(maxUnzipped)))
}

func checkZipped(f Function, size int64) error {
	if size <= maxZipped {
		return nil
	}
	return tooLarge(f, diag.ZipTooLarge, fmt.Sprintf("the zip of %s has %s; an upload to Lambda takes %s", f.ID(), megabytes(size), megabytes(maxZipped)))
}

func tooLarge(f Function, code, message string) error {
	return &fault.Fault{Diagnostic: diag.Diagnostic{
		Code: code, File: f.Dir, Message: message,
		Details: []string{"quota: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"},
		Next:    "embed less (read large files from S3), or import less; `go list -deps ./" + f.Dir + "` shows all that is linked",
	}}
}

func megabytes(size int64) string { return fmt.Sprintf("%.1f MB", float64(size)/(1<<20)) }
