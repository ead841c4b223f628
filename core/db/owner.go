package db

import "github.com/jackc/pgx/v5"

// OwnerConfig returns how a tool connects to the database that a secret's value
// names, to change its schema: by the URL "owner", where there is one, else by that
// of member, which is "primary" or "analytics". The connection to another machine is
// verified, as those of functions are. Errors never hold the value.
func OwnerConfig(secret, member string) (*pgx.ConnConfig, error) {
	c, err := parseCredentials(secret, member)
	if err != nil {
		return nil, err
	}
	return verifiedConfig(c, ownerRole)
}
