-- One number that moves on with every change of a workspace's records: what was read of an older one is out of date.

alter table workspaces rename column directory_version to version;
