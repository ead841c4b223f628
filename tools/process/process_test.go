package process

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

func TestStopEndsTheProcessAndNoOther(t *testing.T) {
	cmd := exec.Command("sleep", "60")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = cmd.Wait() }()
	p, err := Of(cmd.Process.Pid)
	if err != nil || !p.Alive() {
		t.Fatalf("Of: %+v, %v; want a living process", p, err)
	}
	other := Process{PID: p.PID, Started: "another"}
	if err := other.Stop(t.Context(), time.Second); err != nil || !p.Alive() {
		t.Fatalf("a process with the same id and another start was stopped (%v)", err)
	}
	if err := p.Stop(t.Context(), 5*time.Second); err != nil || p.Alive() {
		t.Fatalf("Stop: %v; alive: %v", err, p.Alive())
	}
	if err := p.Stop(t.Context(), time.Second); err != nil {
		t.Fatalf("second Stop: %v", err)
	}
}

func TestSaveAndLoad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "run", "p.json")
	var got Process
	if ok, err := Load(file, &got); ok || err != nil {
		t.Fatalf("Load of nothing = %v, %v", ok, err)
	}
	want := Process{PID: os.Getpid(), Started: "x"}
	if err := Save(file, want); err != nil {
		t.Fatal(err)
	}
	if ok, err := Load(file, &got); !ok || err != nil || got != want {
		t.Fatalf("Load = %+v, %v, %v; want %+v", got, ok, err, want)
	}
}
