package bot

import (
	"github.com/bwmarrin/discordgo"

	"madoguchi/commands"
)

// define turns a definition into Discord's JSON. Every command that isn't for servers
// only works everywhere: in servers, with the bot alone and in other direct messages,
// installed by a server or by a person.
func define(d commands.Definition) *discordgo.ApplicationCommand {
	contexts := []discordgo.InteractionContextType{discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM, discordgo.InteractionContextPrivateChannel}
	installs := []discordgo.ApplicationIntegrationType{discordgo.ApplicationIntegrationGuildInstall, discordgo.ApplicationIntegrationUserInstall}
	if d.ServerOnly {
		contexts, installs = contexts[:1], installs[:1]
	}
	c := &discordgo.ApplicationCommand{
		Type: discordgo.ChatApplicationCommand, Name: d.Name, NameLocalizations: localised(d.Names),
		Contexts: &contexts, IntegrationTypes: &installs,
	}
	if d.OnMessage {
		c.Type = discordgo.MessageApplicationCommand
	} else {
		c.Description, c.DescriptionLocalizations = d.Description, localised(d.Descriptions)
		c.Options = defineOptions(d.Options)
	}
	if d.Permission != 0 {
		p := int64(d.Permission)
		c.DefaultMemberPermissions = &p
	}
	return c
}

func defineOptions(in []commands.OptionDefinition) []*discordgo.ApplicationCommandOption {
	out := []*discordgo.ApplicationCommandOption{}
	for _, o := range in {
		x := &discordgo.ApplicationCommandOption{
			Type: discordgo.ApplicationCommandOptionType(o.Type), Name: o.Name, Description: o.Description,
			NameLocalizations: locales(o.Names), DescriptionLocalizations: locales(o.Descriptions),
			Required: o.Required, Autocomplete: o.Autocomplete, MaxLength: o.MaxLength,
			Options: defineOptions(o.Options), Choices: []*discordgo.ApplicationCommandOptionChoice{},
		}
		for _, c := range o.Choices {
			x.Choices = append(x.Choices, &discordgo.ApplicationCommandOptionChoice{Name: c.Name, NameLocalizations: locales(c.Names), Value: c.Value})
		}
		out = append(out, x)
	}
	return out
}

func locales(in map[string]string) map[discordgo.Locale]string {
	if len(in) == 0 {
		return nil
	}
	out := map[discordgo.Locale]string{}
	for k, v := range in {
		out[discordgo.Locale(k)] = v
	}
	return out
}

func localised(in map[string]string) *map[discordgo.Locale]string {
	m := locales(in)
	if m == nil {
		return nil
	}
	return &m
}
