package sandbox

import (
	"os"
	"os/exec"
)

// RuntimeAPIVariable tells the process where its Runtime API listens.
const RuntimeAPIVariable = "AWS_LAMBDA_RUNTIME_API"

// Spec says what to run.
type Spec struct {
	Bootstrap string       // absolute path of the executable
	Dir       string       // working directory
	Env       []string     // whole environment, without RuntimeAPIVariable
	Line      func(string) // takes each line of stdout and stderr, in order; must not block for long
}

// command gives the process of spec. Its environment is the spec's alone: what
// the local cloud itself was started with must not reach a function.
func command(spec Spec, runtimeAPI string, output *os.File) *exec.Cmd {
	return &exec.Cmd{
		Path:        spec.Bootstrap,
		Args:        []string{spec.Bootstrap},
		Dir:         spec.Dir,
		Env:         append(append([]string{}, spec.Env...), RuntimeAPIVariable+"="+runtimeAPI),
		Stdout:      output,
		Stderr:      output, // one pipe for both keeps their lines in order
		SysProcAttr: processAttributes(),
	}
}
