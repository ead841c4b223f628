package deploy

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// StateOutputs returns the outputs in a state: name -> JSON.
func StateOutputs(state []byte) (map[string][]byte, error) {
	var s struct {
		Outputs map[string]struct{ Value json.RawMessage }
	}
	if err := json.Unmarshal(state, &s); err != nil {
		return nil, fmt.Errorf("the state is not JSON: %w", err)
	}
	out := map[string][]byte{}
	for name, o := range s.Outputs {
		out[name] = o.Value
	}
	return out, nil
}

// AliasVersions returns the versions that the aliases of functions point to, by the
// addresses of the modules that the aliases are in.
func AliasVersions(state []byte) (map[string]string, error) {
	var s struct {
		Resources []struct {
			Module, Type, Mode string
			Instances          []struct {
				Attributes struct {
					FunctionVersion string `json:"function_version"`
				}
			}
		}
	}
	if err := json.Unmarshal(state, &s); err != nil {
		return nil, fmt.Errorf("the state is not JSON: %w", err)
	}
	versions := map[string]string{}
	for _, r := range s.Resources {
		if r.Type == "aws_lambda_alias" && r.Mode == "managed" && len(r.Instances) == 1 {
			versions[r.Module] = r.Instances[0].Attributes.FunctionVersion
		}
	}
	return versions, nil
}

// RestoreState repairs the state file of a local backend that a killed terraform
// has left empty or cut off, and reports whether it did. Terraform empties the
// file before it writes it, after each resource; before the first time in an
// apply it keeps the state as it was in a backup beside it. Without this, the
// next plan would find an empty state and create everything once more. What the
// killed apply had made since is for the caller to find.
func RestoreState(file string) (bool, error) {
	state, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) || err == nil && json.Valid(state) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	backup, err := os.ReadFile(file + ".backup")
	if errors.Is(err, fs.ErrNotExist) {
		return len(state) > 0, os.Truncate(file, 0) // there was no state before; terraform refuses half a one
	}
	if err != nil || !json.Valid(backup) {
		return false, err // a backup that is cut off was followed by no write of the state
	}
	return true, renameio.WriteFile(file, backup, 0o600, renameio.WithTempDir(filepath.Dir(file)))
}
