// Package mcp is a server of the Model Context Protocol, by which other programs use
// the command: each tool runs one subcommand with --json and returns what that prints.
// It knows the tools' inputs and the command lines that follow from them; it must not
// know what the commands do.
// https://modelcontextprotocol.io/specification
package mcp
