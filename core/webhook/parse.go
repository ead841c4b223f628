package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A header has so many bytes and v1 at most: each v1 is compared with each secret.
const (
	maxHeader = 1024
	maxSums   = 8
)

// signature is a header, taken apart.
type signature struct {
	t    string // as it is written, which is what was signed
	at   time.Time
	sums [][]byte
}

// parse takes a header apart.
func parse(header string) (s signature, err error) {
	switch {
	case strings.TrimSpace(header) == "":
		return s, refused("The request is not signed.", ErrMissing)
	case len(header) > maxHeader:
		return s, malformed("it has more than %d bytes", maxHeader)
	}
	for part := range strings.SplitSeq(header, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok {
			return s, malformed("it is not of the form t=SECONDS,v1=HEXADECIMAL")
		}
		if err := s.add(name, value); err != nil {
			return s, err
		}
	}
	switch {
	case s.t == "":
		return s, malformed("it has no t")
	case len(s.sums) == 0:
		return s, malformed("it has no v1")
	}
	return s, nil
}

// add takes one part of a header.
func (s *signature) add(name, value string) error {
	switch name {
	case "t":
		seconds, err := strconv.ParseUint(value, 10, 40) // up to the year 36812
		if err != nil || s.t != "" {
			return malformed("t must stand once, in seconds since 1970")
		}
		s.t, s.at = value, time.Unix(int64(seconds), 0)
	case "v1":
		sum, err := hex.DecodeString(value)
		if err != nil || len(sum) != sha256.Size || len(s.sums) == maxSums {
			return malformed("each v1 must have %d hexadecimal digits, and there are %d at most", 2*sha256.Size, maxSums)
		}
		s.sums = append(s.sums, sum)
	}
	return nil
}

func malformed(format string, args ...any) error {
	return refused(fmt.Sprintf("The signature is not well formed: %s.", fmt.Sprintf(format, args...)), ErrMalformed)
}
