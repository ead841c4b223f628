package function

import (
	"testing"
	"time"
)

func TestIsNear(t *testing.T) {
	for took, want := range map[time.Duration]bool{
		0: false, 8 * time.Second: false, 8*time.Second + time.Millisecond: true, 10 * time.Second: true,
	} {
		if got := isNear(took, 10*time.Second); got != want {
			t.Errorf("%s of 10s is near: %t", took, got)
		}
	}
}
