package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/tools/mirror"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the versions of seastack, Go, Terraform and the AWS provider",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			v := versions(cmd.Context())
			if a.json {
				return a.printJSON(v)
			}
			fmt.Fprintf(a.stdout, "seastack      %s%s\n", v.Seastack, v.revisionNote())
			fmt.Fprintf(a.stdout, "go            %s %s\n", v.Go, v.Platform)
			fmt.Fprintf(a.stdout, "terraform     %s\n", v.Terraform)
			fmt.Fprintf(a.stdout, "hashicorp/aws %s where it is built from source\n", v.Provider)
			return nil
		},
	}
}

// version is the JSON of `version`.
type version struct {
	Seastack  string `json:"seastack"`           // module version, or "(devel)"
	Revision  string `json:"revision,omitempty"` // commit of a build in a checkout
	Modified  bool   `json:"modified,omitempty"` // the checkout had changes
	Go        string `json:"go"`                 // that built this program
	Platform  string `json:"platform"`
	Terraform string `json:"terraform"` // version and path, or "not installed"
	Provider  string `json:"provider"`  // version that is built where the registry cannot be reached
}

func versions(ctx context.Context) version {
	v := builtVersion()
	if path, number, ok := mirror.FindTerraform(ctx, mirror.Options{Env: os.Environ()}); ok {
		v.Terraform = fmt.Sprintf("%s (%s)", number, path)
	}
	return v
}

// builtVersion returns the versions that the program itself knows.
func builtVersion() version {
	v := version{Seastack: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
		Terraform: "not installed", Provider: mirror.ProviderVersion}
	if info, ok := debug.ReadBuildInfo(); ok {
		v.readBuild(info)
	}
	return v
}

const module = "github.com/seastack/seastack"

// readBuild reads the version of this module, which is the main module only in
// its own checkout.
func (v *version) readBuild(info *debug.BuildInfo) {
	for _, m := range append(info.Deps, &info.Main) {
		if m.Path == module && m.Version != "" {
			v.Seastack = m.Version
		}
	}
	if info.Main.Path != module {
		return // the revision is another module's
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Revision = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
}

func (v version) revisionNote() string {
	switch {
	case v.Revision == "":
		return ""
	case v.Modified:
		return fmt.Sprintf(" (%.12s, modified)", v.Revision)
	}
	return fmt.Sprintf(" (%.12s)", v.Revision)
}
