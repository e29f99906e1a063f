package commands

import (
	"madoguchi/knowledge"
	"madoguchi/language"
)

// define makes a definition whose words are the messages "command.<name>.name" and
// "command.<name>.description", and for each option "option.<name>.<option>.name" and
// ".description".
func (r *Router) define(name string, options ...OptionDefinition) Definition {
	d := Definition{Options: options}
	d.Name, d.Names = r.localised("command." + name + ".name")
	d.Description, d.Descriptions = r.localised("command." + name + ".description")
	for i := range d.Options {
		r.describe(&d.Options[i], "option."+name)
	}
	return d
}

// describe fills in the words of an option and of those below it.
func (r *Router) describe(o *OptionDefinition, id string) {
	id += "." + o.Name
	o.Name, o.Names = r.localised(id + ".name")
	o.Description, o.Descriptions = r.localised(id + ".description")
	for i := range o.Options {
		r.describe(&o.Options[i], id)
	}
}

// localised returns a message in English and by Discord locale.
func (r *Router) localised(id string) (string, map[string]string) {
	names := map[string]string{}
	for _, code := range language.Codes() {
		for _, locale := range discordLocales(code) {
			names[locale] = r.say(code, id)
		}
	}
	return r.say(language.English, id), names
}

// languageChoices offers the four languages, each by its own name: nobody has to know
// another to find theirs.
func (r *Router) languageChoices() []ChoiceDefinition {
	var list []ChoiceDefinition
	for _, code := range language.Codes() {
		list = append(list, ChoiceDefinition{Name: r.say(code, "language.native"), Value: string(code)})
	}
	return list
}

func (r *Router) areaChoices() []ChoiceDefinition {
	var list []ChoiceDefinition
	for _, a := range knowledge.Areas() {
		c := ChoiceDefinition{Value: string(a)}
		c.Name, c.Names = r.localised("area." + string(a))
		list = append(list, c)
	}
	return list
}
