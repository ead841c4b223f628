// Package mirror makes the Terraform AWS provider available to `terraform init`,
// also on a machine that cannot reach the Terraform registry.
//
// Where the registry answers, nothing is done: Terraform installs the provider
// as it always does. Where it does not, Ensure fills a filesystem mirror in the
// user's cache directory. What the mirror holds is not HashiCorp's release: it is
// a trimmed build, with only the services listed in services.go, of a published
// copy of the provider's source, from the Go module proxy. Every module it is
// made of is checked against the go.sum in this package, so that no checksum
// database needs to answer.
//
// A build needs 3 to 5 minutes on 2 cores, and happens once per recipe: the
// versions, the list of services and the version of Go. It can be interrupted at
// any time and goes on where it stopped, because Go's own caches keep what was
// downloaded and compiled; what is half-installed is noticed by its checksum and
// installed again. Processes that start at the same time build once.
//
// # Environment
//
//   - SEASTACK_PROVIDER=registry|mirror decides, and nothing is probed.
//   - SEASTACK_CACHE_DIR replaces the directory "seastack" in the user's cache.
//   - A provider_installation block in the user's own Terraform CLI configuration
//     (TF_CLI_CONFIG_FILE or ~/.terraformrc) wins over probing: whoever wrote it
//     knows where providers come from.
//
// # What to know of the mirror
//
// The CLI configuration of the mirror replaces the user's own while Terraform
// runs. Credentials that are only there are not seen: use TF_TOKEN_<host>.
//
// Its provider has another checksum than HashiCorp's release. A dependency lock
// file (.terraform.lock.hcl) with the checksums of one makes `terraform init`
// refuse the other: commit none for roots that are used with both.
//
// A resource of a service that is not in the list does not exist in it; Terraform
// says that the provider does not support the resource type.
//
// A recipe that changes leaves the old mirror where it is, for other checkouts
// that still use it. The directory "provider" in the cache can be removed at any
// time that no Terraform runs.
//
// The package also finds Terraform itself. It knows nothing of stacks, functions
// or environments, and runs no Terraform command but `terraform version`.
package mirror
