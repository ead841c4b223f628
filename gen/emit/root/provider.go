package root

import (
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/names"
)

// provider configures the AWS provider, for one account and nothing else.
func (s scope) provider(f *tf.File) {
	b := f.Block("provider", "aws")
	b.Set("region", s.environment.Region)
	if s.environment.Account != "" {
		b.Expr("allowed_account_ids", "[%q]", s.environment.Account)
	}
	if s.environment.IsLocal() {
		s.offline(b)
	}
	b.Block("default_tags").Expr("tags", "%s", tf.Object(s.tags()...))
}

// profile is the profile of the shared configuration file that names the local
// cloud.
const profile = "local"

// offline keeps the provider on this machine: no credentials and no profile of
// the user's, no metadata service, any name of a region, and the endpoint of
// this checkout's local cloud for every service. `seastack up` writes endpoint
// and keys into a shared configuration file that git ignores. They do not stand
// in a block "endpoints", which costs the provider two seconds of each of its two
// starts in a plan: it looks at each of the block's 250 attributes by comparing
// the whole block.
func (s scope) offline(b *tf.Body) {
	file := `["${path.module}/` + names.FromRoot(s.config.Folders, names.LocalConfig) + `"]`
	b.Set("profile", profile)
	b.Expr("shared_config_files", "%s", file)
	b.Expr("shared_credentials_files", "%s", file)
	b.Set("skip_metadata_api_check", true)
	b.Set("skip_region_validation", true)
}

// tags are on all that the root makes.
func (s scope) tags() []tf.Item {
	items := []tf.Item{
		{Key: "environment", Value: tf.Literal(s.environment.Name)},
		{Key: "managed-by", Value: `"seastack"`},
	}
	if s.owner != "" {
		items = append(items, tf.Item{Key: "owner", Value: tf.Literal(s.owner)})
	}
	return append(items,
		tf.Item{Key: "project", Value: tf.Literal(s.model.Project)},
		tf.Item{Key: "stack", Value: tf.Literal(s.name)})
}

// backend says where the root's state is.
func (s scope) backend(terraform *tf.Body) {
	if s.environment.IsLocal() {
		terraform.Block("backend", "local").Set("path", s.localState(s.name))
		return
	}
	b := terraform.Block("backend", "s3")
	for _, item := range s.s3State(s.name) {
		b.Expr(item.Key, "%s", item.Value)
	}
	b.Set("encrypt", true)
	b.Set("use_lockfile", true)
}

// platformState adds the data source with the platform's outputs.
func (s scope) platformState(f *tf.File) {
	b := f.Block("data", "terraform_remote_state", names.Platform)
	config := []tf.Item{{Key: "path", Value: tf.Literal(s.localState(names.Platform))}}
	b.Set("backend", "local")
	if !s.environment.IsLocal() {
		b.Set("backend", "s3")
		config = s.s3State(names.Platform)
	}
	b.Expr("config", "%s", tf.Object(config...))
}

func (s scope) localState(root string) string {
	return names.FromRoot(s.config.Folders, names.StateFile(root))
}

// s3State says which object holds a root's state.
func (s scope) s3State(root string) []tf.Item {
	backend := s.environment.Backend
	return []tf.Item{
		{Key: "bucket", Value: tf.Literal(backend.Bucket)},
		{Key: "key", Value: tf.Literal(backend.Prefix + "/" + names.State(root))},
		{Key: "region", Value: tf.Literal(backend.Region)},
	}
}
