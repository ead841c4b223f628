package async

import (
	"slices"
	"testing"
	"time"
)

func TestBackoffDoublesUpToFiveMinutes(t *testing.T) {
	var got []time.Duration
	for n := 1; n <= 10; n++ {
		got = append(got, backoff(time.Second, n))
	}
	want := []time.Duration{1e9, 2e9, 4e9, 8e9, 16e9, 32e9, 64e9, 128e9, 256e9, 300e9}
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}
