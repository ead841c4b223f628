package names

import (
	"path"
	"strings"

	"github.com/seastack/seastack/gen/config"
)

// PlatformDir returns the folder of the platform's module.
func PlatformDir(f config.Folders) string { return path.Join(f.Terraform, Platform) }

// ModuleDir returns the folder of a stack's module.
func ModuleDir(f config.Folders, stack string) string {
	return path.Join(f.Terraform, "stacks", stack)
}

// FunctionModuleDir returns the folder of the module of every function.
func FunctionModuleDir(f config.Folders) string { return path.Join(f.Terraform, "modules", "function") }

// FunctionModule is the path from a stack's module to FunctionModuleDir.
const FunctionModule = "../../modules/function"

// RootDir returns the folder of a root: of the platform or of a stack.
func RootDir(f config.Folders, environment, root string) string {
	return path.Join(f.Terraform, "envs", environment, root)
}

// State returns the file name, or the end of the key in S3, of a root's state.
func State(root string) string { return root + ".tfstate" }

// StateFile returns the file of a root's state in the environment local, from
// the module's root.
func StateFile(root string) string { return ".seastack/local/terraform/" + State(root) }

// LocalConfig is the shared configuration file of AWS's in which `seastack up`
// names the local cloud of a checkout, from the module's root. It is not in git.
const LocalConfig = ".seastack/local/aws.config"

// LocalIssuer is the path of the local cloud as an issuer of tokens, which follows its
// endpoint.
const LocalIssuer = "/_localcloud/oidc"

// LocalAudience returns whom the tokens of the local cloud are for.
func LocalAudience(project string) string { return project }

// FromRoot returns the path from a root's folder to a path from the module's
// root.
func FromRoot(f config.Folders, target string) string {
	depth := strings.Count(RootDir(f, "e", "r"), "/") + 1
	return strings.Repeat("../", depth) + target
}

// FunctionFile returns the name, without ending, of a function's file in its
// stack's module. The names that every module has are kept for those.
func FunctionFile(function string) string {
	switch function {
	case "locals", "outputs", "variables", "versions":
		return function + "_function"
	}
	return function
}
