package cloudprocess

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"
)

// TestTwoCloudsSideBySide: the cloud of a second checkout finds the port of the
// first one taken, takes another one and comes back there; a port that is forced
// is not left.
func TestTwoCloudsSideBySide(t *testing.T) {
	first, second := newCloud(t), newCloud(t)
	if moved, err := first.StartAnywhere(t.Context(), false); moved != 0 || err != nil {
		t.Fatalf("the first has moved from %d: %v", moved, err)
	}
	port := first.Port
	second.Port = port
	t.Cleanup(func() { _, _ = second.Stop(context.Background()) }) // newCloud's is for its first port: both know the process by its record
	if _, err := second.StartAnywhere(t.Context(), true); !portTaken(err) {
		t.Fatalf("on a forced port that is taken: %v", err)
	}
	moved, err := second.StartAnywhere(t.Context(), false)
	if err != nil || moved != port || second.Port == port || second.LastPort() != second.Port || second.RunningPort() != second.Port {
		t.Fatalf("moved from %d to %d (remembered: %d): %v", moved, second.Port, second.LastPort(), err)
	}
	if first.healthy(t.Context()) != nil || second.healthy(t.Context()) != nil {
		t.Error("one of the two does not answer")
	}
	if _, err := second.Stop(t.Context()); err != nil || second.LastPort() != second.Port {
		t.Errorf("a stop forgets the port: %v", err)
	}
}

func TestLastPort(t *testing.T) {
	c := Cloud{Dir: t.TempDir()}
	for content, want := range map[string]int{"4703\n": 4703, "": 0, "x": 0, "70000": 0} {
		if err := os.WriteFile(c.portFile(), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := c.LastPort(); got != want {
			t.Errorf("%q: got %d, want %d", content, got, want)
		}
	}
	if got := (Cloud{Dir: filepath.Join(c.Dir, "none")}).LastPort(); got != 0 {
		t.Errorf("without a file: %d", got)
	}
}

func TestFreePort(t *testing.T) {
	taken, err := listen(0)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	from := taken.Addr().(*net.TCPAddr).Port
	port, err := freePort(from)
	if err != nil || port == from {
		t.Fatalf("got %d, %v; %d is taken", port, err, from)
	}
	if port, err := freePort(65536); err != nil || port == 0 {
		t.Errorf("above the last port: %d, %v", port, err)
	}
}
