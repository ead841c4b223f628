// Package deploy runs Terraform over the generated roots and tells, from
// Terraform's JSON and never from its prose, what a plan would do. It knows
// nothing of Go code, builds or the local cloud.
package deploy

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-exec/tfexec"
)

// stopDelay is how long a stopped terraform may take to finish the calls that
// it has begun and to write its state.
const stopDelay = 60 * time.Second

// Root is one Terraform root of an environment.
type Root struct {
	Name string // "platform", or a stack's
	Dir  string // absolute
}

// Plan is the file of the root's saved plan; it is git-ignored with its folder.
func (r Root) planFile() string { return filepath.Join(r.Dir, ".terraform", "seastack.tfplan") }

// Terraform runs one terraform binary, one command at a time in each root.
type Terraform struct {
	Path        string
	Version     string   // of Path, where it is known
	Environ     []string // of the commands; TF_VAR_* become -var options
	CLIConfig   string   // TF_CLI_CONFIG_FILE where not empty
	PluginCache string   // TF_PLUGIN_CACHE_DIR where not empty
	// Attach keeps one process of the AWS provider running for each root, until
	// Close. Without it terraform starts providers itself, for each command.
	Attach bool

	mu        sync.Mutex
	roots     map[string]*tfexec.Terraform // by folder
	providers map[string]*provider         // by folder; nil where one does not start
}

// command returns what runs terraform in a root. It is kept, as terraform-exec keeps
// terraform's version in it.
func (t *Terraform) command(r Root) (*tfexec.Terraform, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	tf, ok := t.roots[r.Dir]
	if !ok {
		program, err := t.launcher(r)
		if err != nil {
			return nil, err
		}
		if tf, err = tfexec.NewTerraform(r.Dir, program); err != nil {
			return nil, err
		}
		if t.roots == nil {
			t.roots = map[string]*tfexec.Terraform{}
		}
		t.roots[r.Dir] = tf
	}
	tf.SetStdout(nil) // PlanJSON and ApplyJSON set it for every later command, too
	if err := tf.SetEnv(t.env()); err != nil {
		return nil, err
	}
	return tf, tf.SetWaitDelay(stopDelay)
}

// env is the environment of every command: the user's, less what would change
// Terraform's output or its meaning.
func (t *Terraform) env() map[string]string {
	env := map[string]string{"CHECKPOINT_DISABLE": "1"}
	for _, kv := range t.Environ {
		name, value, _ := strings.Cut(kv, "=")
		env[name] = value
	}
	if t.CLIConfig != "" {
		env["TF_CLI_CONFIG_FILE"] = t.CLIConfig
	}
	if t.PluginCache != "" {
		env["TF_PLUGIN_CACHE_DIR"] = t.PluginCache
	}
	for _, name := range append(tfexec.ProhibitedEnv(env), "TF_DATA_DIR") { // one folder for all roots would mix them up
		delete(env, name)
	}
	return env
}

// vars returns the TF_VAR_* of the environment as assignments, sorted.
func (t *Terraform) vars() (vars []string) {
	for _, kv := range t.Environ {
		if assignment, ok := strings.CutPrefix(kv, "TF_VAR_"); ok {
			vars = append(vars, assignment)
		}
	}
	slices.Sort(vars)
	return vars
}
