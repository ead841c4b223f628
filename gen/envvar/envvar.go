// Package envvar knows which texts core/config reads into a field of which kind.
// It knows nothing of Go's type checker, nor of where a text comes from.
package envvar

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The kinds of fields, beside those of Go's own that Basic knows.
const (
	Duration = "duration" // time.Duration
	URL      = "url"      // *url.URL
	Text     = "text"     // encoding.TextUnmarshaler, which alone knows what it takes
	Secret   = "secret"   // config.Secret
)

// bits are the sizes of Go's numbers. int and uint are those of Lambda's
// architectures, which have 64.
var bits = map[string]int{
	"int": 64, "int8": 8, "int16": 16, "int32": 32, "int64": 64,
	"uint": 64, "uint8": 8, "uint16": 16, "uint32": 32, "uint64": 64,
	"float32": 32, "float64": 64,
}

// Basic reports whether a basic type of Go's is a kind.
func Basic(name string) bool { return name == "string" || name == "bool" || bits[name] > 0 }

// Fits reports whether a text can be read into a field of a kind, or into a list of
// it, whose elements have commas between them.
func Fits(kind string, list bool, text string) bool {
	if !list {
		return fits(kind, text)
	}
	return strings.TrimSpace(text) == "" || !slices.ContainsFunc(strings.Split(text, ","), func(element string) bool {
		return !fits(kind, strings.TrimSpace(element))
	})
}

func fits(kind, text string) bool {
	var err error
	switch {
	case kind == "bool":
		_, err = strconv.ParseBool(text)
	case kind == Duration:
		_, err = time.ParseDuration(text)
	case kind == URL:
		u, wrong := url.Parse(text)
		return wrong == nil && u.IsAbs()
	case strings.HasPrefix(kind, "int"):
		_, err = strconv.ParseInt(text, 10, bits[kind])
	case strings.HasPrefix(kind, "uint"):
		_, err = strconv.ParseUint(text, 10, bits[kind])
	case strings.HasPrefix(kind, "float"):
		_, err = strconv.ParseFloat(text, bits[kind])
	}
	return err == nil
}
