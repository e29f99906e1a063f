// Package storetest is what every store must pass (Run), and what tests need
// to have a real Redis: servers that are started, frozen, killed and brought
// back, and a proxy that loses answers.
package storetest
