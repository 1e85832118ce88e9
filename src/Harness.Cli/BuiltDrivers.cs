using Harness.Adversary.Claims;
using Harness.Bench.Devices;
using Harness.Brokers;
using Harness.Cli.Features;
using Harness.Cli.Plugins;

namespace Harness.Cli;

/// <summary>The drivers that a rig file may name: those of every room that declares some, and of the rig's plugins.</summary>
internal static class BuiltDrivers
{
    /// <summary>The drivers of the rooms alone.</summary>
    public static BenchDrivers Create() => new(typeof(MqttNetBroker).Assembly);

    /// <summary>Loads a rig's plugins, makes their steps and attacks known, and gives the drivers of rooms and plugins; the rig is checked against them.</summary>
    /// <exception cref="PluginException">A plugin cannot be used, or a name in it is taken.</exception>
    /// <exception cref="RigFileException">The rig names a driver that nobody declares.</exception>
    public static BenchDrivers For(RigFile rig)
    {
        var drivers = Include(rig.Plugins);
        drivers.Check(rig);
        return drivers;
    }

    /// <summary>Loads plugins and makes their steps and attacks known.</summary>
    /// <param name="files">Full paths.</param>
    /// <exception cref="PluginException">A plugin cannot be used, or a name in it is taken.</exception>
    public static BenchDrivers Include(IReadOnlyList<string> files)
    {
        var plugins = Plugin.Load(files);
        try
        {
            SpecFlowHost.Include(plugins);
            foreach (var plugin in plugins)
            {
                Attacks.Include(plugin.Assembly);
            }

            return new([typeof(MqttNetBroker).Assembly, .. plugins.Select(p => p.Assembly)]);
        }
        catch (DeclarationException e) when (plugins.FirstOrDefault(p => e.Assemblies.Contains(p.Assembly)) is { } plugin)
        {
            throw new PluginException(plugin.Assembly.Location, e.Message, PluginFile.Build(plugin.Assembly.Location), e);
        }
    }
}
