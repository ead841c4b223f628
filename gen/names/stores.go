package names

import "github.com/seastack/seastack/gen/model"

// Store is what is named after a secret with URLs of a database.
type Store struct {
	Grant     model.GrantKind // of the functions that read it
	Secret    string          // the secret's name on AWS, without the prefix
	Member    string          // of its value, without which it is of no use
	Variable  string          // of a function: the secret's ARN
	Input     string          // of a stack's module: the secret's ARN
	Statement string          // ID of the statement that allows to read it
	URLs      string          // "the database's URLs"
	Value     string          // what somebody puts there, as JSON
	Shown     string          // in the console
}

// The secrets with URLs of databases. A function that takes *db.Analytics and no
// *db.Primary reads the replica's URL from a secret that has no other.
var (
	Database = Store{
		Grant: model.DatabaseGrant, Secret: "database", Member: "primary", Variable: DatabaseSecretVariable, Input: "database",
		Statement: "ReadDatabaseURLs", URLs: "the database's URLs",
		Value: `{"primary": "postgres://...", "replica": "postgres://..."}; replica may be absent.`,
		Shown: "URLs of the database",
	}
	Replica = Store{
		Grant: model.ReplicaGrant, Secret: "database-replica", Member: "replica", Variable: ReplicaSecretVariable, Input: "replica",
		Statement: "ReadReplicaURL", URLs: "the replica's URL",
		Value: `{"replica": "postgres://..."}, with a role that may only read.`,
		Shown: "URL of the database's replica",
	}
	Analytics = Store{
		Grant: model.AnalyticsGrant, Secret: "database-analytics", Member: "analytics", Variable: AnalyticsSecretVariable, Input: "analytics",
		Statement: "ReadAnalyticsURL", URLs: "the analytics store's URL",
		Value: `{"analytics": "postgres://..."}.`,
		Shown: "URL of the analytics store",
	}
)

// Stores returns all secrets with URLs of databases.
func Stores() []Store { return []Store{Database, Replica, Analytics} }

// Output returns the platform's output of the secret's ARN.
func (s Store) Output() string { return s.Input + "_secret_arn" }
