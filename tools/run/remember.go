package run

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/process"
	"github.com/seastack/seastack/tools/project"
)

// running is what a run leaves for seastack invoke --here, in a file that only its
// owner may read.
type running struct {
	process.Process
	Environment string   `json:"environment"`
	Functions   []string `json:"functions"`
	Endpoint    string   `json:"endpoint"`
	Key         string   `json:"key"`
}

func stateFile(p project.Project, pid string) string {
	return p.Path(filepath.Join(".seastack", "run", pid+".json"))
}

// remember writes how the functions are invoked. forget removes that.
func (r *runner) remember() (forget func(), err error) {
	self, err := process.Of(os.Getpid())
	if err != nil {
		return nil, err
	}
	file := stateFile(r.options.Project, strconv.Itoa(self.PID))
	state := running{Process: self, Environment: r.options.Environment.Name, Functions: r.ids(), Endpoint: r.server.endpoint(), Key: r.cloud.key}
	return func() { _ = os.Remove(file) }, process.Save(file, state) // one that is left is of no process
}

// Here returns the configuration of clients of the Lambda that runs a function of an
// environment on this machine.
func Here(p project.Project, env config.Environment, id string) (aws.Config, error) {
	files, _ := filepath.Glob(stateFile(p, "*")) // the pattern is right
	for _, file := range files {
		var one running
		raw, err := os.ReadFile(file)
		if err != nil || json.Unmarshal(raw, &one) != nil || !one.Alive() {
			_ = os.Remove(file) // of a run that was killed
			continue
		}
		if one.Environment == env.Name && slices.Contains(one.Functions, id) {
			return aws.Config{Region: env.Region, BaseEndpoint: &one.Endpoint, Credentials: credentials.NewStaticCredentialsProvider(one.Key, one.Key, "")}, nil
		}
	}
	return aws.Config{}, diag.Diagnostic{Code: diag.NotRunning, Message: "no seastack run has " + id + " of " + env.Name + " on this machine",
		Next: "start it: seastack run " + id + " --env " + env.Name}
}
