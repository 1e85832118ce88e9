using Harness.Cli.Commands.Labs;

namespace Harness.Cli.Tests.Commands;

public sealed class LabReaderTests
{
    private const string Minimal = "lab: garden\nshared: /srv/lab\nrigs:\n  - {host: pi1, rig: pi 1.yaml}\n";

    [Test]
    public void A_lab_of_one_rig_has_the_defaults_of_Debian()
    {
        var lab = Load(Minimal.Replace("pi 1", "pi1", StringComparison.Ordinal));
        Assert.That((lab.Plan.Controller, lab.Plan.Program, lab.Plan.Config, lab.Plan.State, lab.Plan.User, lab.Plan.Munge), Is.EqualTo(("pi1", "/usr/bin/harness", "/etc/slurm", "/var/lib/harness-lab", "slurm", (string?)null)));
        Assert.That((lab.Plan.NodeTimeout, lab.Plan.HealthEvery, lab.Plan.RetryAfter), Is.EqualTo((TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(10))));
        Assert.That(lab.Rigs.Single().Rig.Name, Is.EqualTo("r"));
    }

    [Test]
    public void Line_ends_of_Windows_change_nothing() =>
        Assert.That(Load(Minimal.Replace("pi 1", "pi1", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal)).Plan.Shared, Is.EqualTo("/srv/lab"));

    [TestCase(Minimal, ":4:", "Slurm's files take no path with blanks")]
    [TestCase("lab: garden\nrigs:\n  - {host: pi1, rig: pi1.yaml}\n", ":1:", "lacks the key \"shared\"")]
    [TestCase("lab: garden\nshared: lab\nrigs:\n  - {host: pi1, rig: pi1.yaml}\n", ":2:", "must be a full path")]
    [TestCase("lab: my garden\nshared: /srv\nrigs:\n  - {host: pi1, rig: pi1.yaml}\n", ":1:", "must be letters, digits")]
    [TestCase("lab: garden\nshared: /srv\nrigs: []\n", ":3:", "must be a list of")]
    [TestCase("lab: garden\nshared: /srv\nrigs:\n  - {host: pi1, rig: pi1.yaml}\n  - {host: pi1, rig: pi1.yaml}\n", ":5:", "stands twice")]
    [TestCase("lab: garden\nshared: /srv\nrigs:\n  - {host: pi1, rig: pi1.yaml}\n  - {host: PI1, rig: pi1.yaml}\n", ":5:", "stands twice")]
    [TestCase("lab: garden\nshared: /srv\nhistory: postgresql://lab:hunter2@pi1/harness\nrigs:\n  - {host: pi1, rig: pi1.yaml}\n", ":3:", "holds a password")]
    [TestCase("lab: garden\nshared: /srv\nhistory: postgresql://lab:hunter/2@pi1/harness\nrigs:\n  - {host: pi1, rig: pi1.yaml}\n", ":3:", "expected postgresql://USER@HOST")]
    [TestCase("lab: garden\nshared: /srv\nhistory: postgresql://lab@pi1/harness?passwd=hunter2\nrigs:\n  - {host: pi1, rig: pi1.yaml}\n", ":3:", "saw \"passwd\"")]
    [TestCase("lab: garden\nshared: /srv\nhistory: history.db\nrigs:\n  - {host: pi1, rig: pi1.yaml}\n", ":3:", "a full path, or off")]
    [TestCase("", ":1:", "the lab file is empty")]
    [TestCase("lab: garden\nshard: /srv\nrigs:\n  - {host: pi1, rig: pi1.yaml}\n", ":2:", "nearest known: \"shared\"")]
    [TestCase("lab: garden\nshared: /srv\nnode_timeout: 5\nrigs:\n  - {host: pi1, rig: pi1.yaml}\n", ":3:", "duration with its unit")]
    [TestCase("lab: garden\nshared: /srv\nrigs:\n  - {host: \"pi1\\nNodeName=x\", rig: pi1.yaml}\n", ":4:", "control characters")]
    [TestCase("lab: garden\nshared: /srv\nrigs:\n  - {host: pi1, rig: gone.yaml}\n", "gone.yaml", "no such rig file")]
    public void A_lab_that_Slurm_would_misread_is_refused_by_line(string yaml, string place, string problem)
    {
        var error = Assert.Throws<RigFileException>(() => Load(yaml))!;
        Assert.That(error.Message, Does.Contain(place).And.Contain(problem));
    }

    private static LoadedLab Load(string yaml)
    {
        var folder = Directory.CreateTempSubdirectory("harness-lab-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "pi1.yaml"), "rig: r\nserver: s\ndevices:\n  host: {kind: host}\n");
            File.WriteAllText(Path.Combine(folder, "lab.yaml"), yaml);
            return LabReader.Load(Path.Combine(folder, "lab.yaml"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
