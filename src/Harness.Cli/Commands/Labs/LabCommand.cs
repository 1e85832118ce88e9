namespace Harness.Cli.Commands.Labs;

/// <summary><c>harness lab</c>: runs on whichever rig of a lab is free, by Slurm.</summary>
internal static class LabCommand
{
    public static Command Create() => new("lab",
        """
        Runs features on whichever rig of a lab is free. Slurm keeps the queue: a machine is a node, a board a GRES. One machine needs
        none of it. rig-setup.md has a lab of three Pis from nothing.

        Examples:
          ./harness lab config lab.yaml --out lab-config
          ./harness lab run features/handshake
          ./harness lab run --matrix board=stm32f405,atmega1284p features/handshake
          ./harness lab list
        """)
    {
        LabConfigCommand.Create(), LabRunCommand.Create(), LabListCommand.Create(), LabShowCommand.Create(), LabCancelCommand.Create(), LabRigsCommand.Create(), LabWorkCommand.Create(),
    };
}
