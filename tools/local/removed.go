package local

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/emit/root"
	"github.com/seastack/seastack/tools/pipeline"
)

// findRemoved returns the stacks that the local states still have resources of
// and the module no longer has, and writes the roots to destroy them with.
func (u *upRun) findRemoved() (names []string, err error) {
	dir, ending := filepath.Split(u.project.StateFile(""))
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, entry := range entries {
		file := filepath.Join(dir, entry.Name())
		name, isState := strings.CutSuffix(entry.Name(), ending)
		if !isState || name == pipeline.Platform || slices.Contains(pipeline.StackNames(u.model), name) {
			continue
		}
		if err := pipeline.SourceGone(u.project, name); err != nil {
			return names, err
		}
		used, err := hasResources(file)
		if err != nil {
			return names, err
		}
		if !used {
			continue
		}
		gone := root.Gone(u.model.Project, u.project.Config, u.config, name)
		dir := u.project.EnvRoot(u.config.Name, name)
		if err := errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(u.project.Path(gone.Path), gone.Content, 0o644)); err != nil {
			return names, err
		}
		names = append(names, name)
	}
	return names, nil
}

func hasResources(stateFile string) (bool, error) {
	raw, err := os.ReadFile(stateFile)
	if err != nil {
		return false, err
	}
	var state struct {
		Resources []struct{} `json:"resources"`
	}
	if json.Unmarshal(raw, &state) != nil {
		return true, nil // a destroy was killed while it wrote: the plan of the next restores it
	}
	return len(state.Resources) > 0, nil
}

// forgetRemoved removes the folders and states of the removed stacks, which
// have been destroyed.
func (u *upRun) forgetRemoved() error {
	for _, name := range u.removed {
		if err := errors.Join(u.deploy.Forget(name), os.Remove(u.project.StateFile(name))); err != nil {
			return err
		}
	}
	return nil
}
