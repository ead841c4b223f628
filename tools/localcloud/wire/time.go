package wire

import (
	"encoding/json"
	"strconv"
	"time"
)

// Time is a time as each of the protocols writes it: in JSON and CBOR seconds since
// 1970, in XML and forms ISO 8601.
type Time struct{ time.Time }

// MarshalJSON writes seconds since 1970.
func (t Time) MarshalJSON() ([]byte, error) { return json.Marshal(Seconds(t.Time)) }

// UnmarshalJSON reads seconds since 1970.
func (t *Time) UnmarshalJSON(raw []byte) error {
	seconds, err := strconv.ParseFloat(string(raw), 64)
	t.Time = time.UnixMilli(int64(seconds * 1000)).UTC()
	return err
}

// MarshalText writes ISO 8601, to the millisecond.
func (t Time) MarshalText() ([]byte, error) {
	return []byte(t.UTC().Format("2006-01-02T15:04:05.000Z")), nil
}

// UnmarshalText reads ISO 8601.
func (t *Time) UnmarshalText(raw []byte) (err error) {
	t.Time, err = time.Parse(time.RFC3339, string(raw))
	return err
}
